import { describe, expect, it } from "vitest";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import { CLIENT } from "./headers.ts";

const hex = (header: Buffer): string => header.toString("hex");
const SIGNATURE = "0d0a0d0a000d0a515549540a";

describe("proxyHeader", () => {
  it.each([
    ["203.0.113.7", "198.51.100.1", "PROXY TCP4 203.0.113.7 198.51.100.1 40000 443\r\n"],
    ["2001:db8::1", "::1", "PROXY TCP6 2001:db8::1 ::1 40000 443\r\n"],
    ["2001:DB8:0::1", "fe80::1%eth0", "PROXY TCP6 2001:db8::1 fe80::1 40000 443\r\n"],
    ["203.0.113.7", "::1", "PROXY TCP6 ::ffff:cb00:7107 ::1 40000 443\r\n"],
    ["::1", "203.0.113.7", "PROXY TCP6 ::1 ::ffff:cb00:7107 40000 443\r\n"],
    ["", "203.0.113.7", "PROXY UNKNOWN\r\n"],
    ["203.0.113.7", "a name", "PROXY UNKNOWN\r\n"],
  ])("of version 1, from %s to %s", (sourceIp, destinationIp, expected) => {
    expect(proxyHeader(1, { ...CLIENT, sourceIp, destinationIp }).toString("latin1")).toBe(expected);
  });

  it.each([
    ["203.0.113.7", "198.51.100.1", "2111000ccb007107c63364019c4001bb"],
    ["::1", "2001:db8::2", `21210024${"1".padStart(32, "0")}20010db8${"2".padStart(24, "0")}9c4001bb`],
    ["203.0.113.7", "::1", `21210024${"ffffcb007107".padStart(32, "0")}${"1".padStart(32, "0")}9c4001bb`],
    ["", "::1", "20000000"],
  ])("of version 2, from %s to %s", (sourceIp, destinationIp, expected) => {
    expect(hex(proxyHeader(2, { ...CLIENT, sourceIp, destinationIp }))).toBe(SIGNATURE + expected);
  });

  it("of connections that the gateway makes for itself", () => {
    expect(proxyHeader(1, undefined).toString("latin1")).toBe("PROXY UNKNOWN\r\n");
    expect(hex(proxyHeader(2, undefined))).toBe(`${SIGNATURE}20000000`);
  });
});
