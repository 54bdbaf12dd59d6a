import { describe, expect, it } from "vitest";
import { parseLsof, parseProcNetTcp } from "../../src/processes/listening-sockets.ts";

const HEADER = "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode";

describe("parseProcNetTcp", () => {
  it("takes listening rows only, of IPv4 and IPv6", () => {
    const table = [
      HEADER,
      "   0: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4242 1 0 100 0 0 10 0",
      "   1: 0100007F:0FA1 0100007F:C350 01 00000000:00000000 00:00000000 00000000  1000        0 4243 1 0 20 4 30 10 -1",
      "   2: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 77 1 0 100 0 0 10 0",
      "",
    ].join("\n");
    expect(parseProcNetTcp(table)).toEqual([
      { port: 4001, uid: 1000, inode: "4242" },
      { port: 8080, uid: 0, inode: "77" },
    ]);
  });
});

describe("parseLsof", () => {
  it("keeps the process of each address", () => {
    const output = "p10\nu501\nLjo\nf20\nn127.0.0.1:4001\nf21\nn[::1]:4002\np11\nu0\nLroot\nf3\nn*:5000\n";
    expect(parseLsof(output)).toEqual([
      { port: 4001, pid: 10, uid: 501 },
      { port: 4002, pid: 10, uid: 501 },
      { port: 5000, pid: 11, uid: 0 },
    ]);
  });

  it("is empty for no output", () => {
    expect(parseLsof("")).toEqual([]);
  });
});
