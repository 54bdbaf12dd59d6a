import { describe, expect, it } from "vitest";
import { upgradeHeaders, wantsWebSocket } from "../../../src/http/upgrade/upgrade-request.ts";
import { lines, scannedRequest } from "../messages.ts";

function wants(fields: readonly string[], method = "GET", version = "HTTP/1.1", hasBody = false): boolean {
  return wantsWebSocket(scannedRequest(lines(`${method} / ${version}`, "Host: a", ...fields)), method, hasBody);
}

const ASKED = ["Connection: Upgrade", "Upgrade: websocket"];

describe("wantsWebSocket", () => {
  it("takes a GET that asks for it", () => {
    expect(wants(ASKED)).toBe(true);
    expect(wants(["connection: keep-alive ,UPGRADE", "upgrade: WebSocket"])).toBe(true);
    expect(wants(["Connection: keep-alive", "Connection: upgrade", "Upgrade: websocket"])).toBe(true);
  });

  it("takes nothing else", () => {
    expect(wants(ASKED, "POST")).toBe(false);
    expect(wants(ASKED, "GET", "HTTP/1.0")).toBe(false);
    expect(wants(ASKED, "GET", "HTTP/1.1", true)).toBe(false);
    expect(wants(["Upgrade: websocket"])).toBe(false);
    expect(wants(["Connection: Upgrade"])).toBe(false);
    expect(wants(["Connection: Upgrade", "Upgrade: h2c"])).toBe(false);
    expect(wants(["Connection: Upgrade", "Upgrade: websocket, h2c"])).toBe(false);
    expect(wants(["Connection: x-upgrade", "Upgrade: websocket"])).toBe(false);
  });
});

describe("upgradeHeaders", () => {
  const headers = (...fields: readonly string[]) => upgradeHeaders(lines("GET / HTTP/1.1", ...fields));

  it("gives each field in lower case, several of a name as a list", () => {
    expect({ ...headers("Host: a:1", "X-A:1 ", "x-a: 2", "X-A: 3", "Empty:") }).toEqual({
      host: "a:1",
      "x-a": ["1", "2", "3"],
      empty: "",
      connection: "Upgrade",
      upgrade: "websocket",
    });
  });

  it("asks for the upgrade itself, whatever else Connection says", () => {
    expect(headers("connection: te")["connection"]).toBe("Upgrade");
  });

  it("takes names that objects have of themselves for names", () => {
    const made = headers("__proto__: a", "constructor: b", "toString: c");
    expect(Object.entries(made).slice(0, 3)).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
      ["tostring", "c"],
    ]);
  });
});
