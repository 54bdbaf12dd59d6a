import { describe, expect, it } from "vitest";
import { clientAddress, clientOrigin, originByForwarded } from "../../../src/http/exchange/client-origin.ts";
import type { ConnectionFacts } from "../../../src/http/exchange/connection-facts.ts";
import { lines, scannedRequest } from "../messages.ts";

const FACTS: ConnectionFacts = {
  peerIp: "10.0.0.9",
  peerTrusted: true,
  isTrusted: (ip) => ip.startsWith("10."),
  scheme: "http",
  port: 8080,
  instance: "gatewayctl-x",
  development: false,
};

describe("clientAddress", () => {
  it.each([
    [undefined, "10.0.0.9"],
    ["", "10.0.0.9"],
    ["192.0.2.1", "192.0.2.1"],
    ["198.51.100.1, 192.0.2.1", "192.0.2.1"],
    ["192.0.2.1,10.0.0.1 , 10.0.0.2", "192.0.2.1"],
    ["10.0.0.1, 10.0.0.2", "10.0.0.1"],
    ["192.0.2.1:5678", "192.0.2.1"],
    ["[2001:db8::1]:5678", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["2001:db8::1", "2001:db8::1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["192.0.2.1, unknown", "10.0.0.9"],
    ["192.0.2.1, _hidden, 10.0.0.1", "10.0.0.1"],
    ["999.1.1.1", "10.0.0.9"],
    ["010.0.0.1", "10.0.0.9"],
    ["::::", "10.0.0.9"],
    ["fe80::1%eth0", "10.0.0.9"],
    ["192.0.2.1, ,10.0.0.1", "10.0.0.1"],
  ])("of %j behind trusted proxies is %s", (forwardedFor, expected) => {
    expect(clientAddress(FACTS, forwardedFor)).toBe(expected);
  });
});

describe("originByForwarded", () => {
  const of = (value: string): unknown[] => {
    const { clientIp, chain, scheme, host, port } = originByForwarded(FACTS, value, "a:81");
    return [clientIp, chain, scheme, host, port];
  };

  it.each<[string, unknown[]]>([
    ["", ["10.0.0.9", "", "http", undefined, undefined]],
    ["for=192.0.2.1", ["192.0.2.1", "192.0.2.1", "http", undefined, undefined]],
    ["For=192.0.2.1;PROTO=https;by=10.0.0.1;host=shop.test", ["192.0.2.1", "192.0.2.1", "https", "shop.test", 443]],
    [
      'for="192.0.2.1:47011";host="shop.test:8443" ; proto="HTTPS"',
      ["192.0.2.1", "192.0.2.1", "https", "shop.test:8443", 8443],
    ],
    ['for="[2001:db8::1]:_port"', ["2001:db8::1", "2001:db8::1", "http", undefined, undefined]],
    ['for="[::ffff:192.0.2.1]"', ["192.0.2.1", "192.0.2.1", "http", undefined, undefined]],
    // What trusted proxies were told by one another is passed; left of the client is what it says itself.
    [
      "for=6.6.6.6;proto=https, for=192.0.2.1;proto=https;host=out, for=10.0.0.1;proto=http;host=in",
      ["192.0.2.1", "192.0.2.1, 10.0.0.1", "https", "out", 443],
    ],
    ["for=10.0.0.1, for=10.0.0.2", ["10.0.0.1", "10.0.0.1, 10.0.0.2", "http", undefined, undefined]],
    // Of a client that is not named, scheme and host are known all the same.
    ["for=6.6.6.6, for=unknown;proto=https", ["10.0.0.9", "", "https", undefined, 81]],
    ["for=6.6.6.6, for=_hidden, for=10.0.0.1", ["10.0.0.1", "10.0.0.1", "http", undefined, undefined]],
    ["for=6.6.6.6, proto=https", ["10.0.0.9", "", "https", undefined, 81]],
    // A quote that the client left open hides nothing of what was appended to it.
    ['for="6.6.6.6, for=192.0.2.1', ["192.0.2.1", "192.0.2.1", "http", undefined, undefined]],
    ['for=6.6.6.6;x=", for=192.0.2.1;proto=https', ["192.0.2.1", "192.0.2.1", "https", undefined, 81]],
    // And an element that is none is as far as it goes.
    ["for=192.0.2.1, for", ["10.0.0.9", "", "http", undefined, undefined]],
    ["for=192.0.2.1, for=10.0.0.1;for=10.0.0.2", ["10.0.0.9", "", "http", undefined, undefined]],
    ["for=192.0.2.1, ,, for=10.0.0.1 ,", ["192.0.2.1", "192.0.2.1, 10.0.0.1", "http", undefined, undefined]],
    ['for=192.0.2.1;proto=gopher;host="a/b"', ["192.0.2.1", "192.0.2.1", "http", undefined, undefined]],
    ["for=192.0.2.1;proto=constructor", ["192.0.2.1", "192.0.2.1", "http", undefined, undefined]],
    ["for=2001:db8::1", ["10.0.0.9", "", "http", undefined, undefined]],
  ])("of %j", (value, expected) => {
    expect(of(value)).toEqual(expected);
  });
});

describe("clientOrigin", () => {
  const of = (...fields: readonly string[]): ReturnType<typeof clientOrigin> =>
    clientOrigin(FACTS, scannedRequest(lines("GET / HTTP/1.1", "Host: a:81", ...fields)), "a:81");

  it("believes X-Forwarded-* of any letters, and several lines as one list", () => {
    const origin = of("x-forwarded-for: 6.6.6.6", "X-Forwarded-For: 192.0.2.1", "X-FORWARDED-PROTO: HTTPS");
    expect(origin).toEqual({
      clientIp: "192.0.2.1",
      chain: "6.6.6.6, 192.0.2.1",
      scheme: "https",
      host: undefined,
      port: 81,
    });
  });

  it.each([
    ["x-forwarded-proto: ftp", {}],
    ["x-forwarded-proto: https, http", {}],
    ["x-forwarded-proto:", {}],
    ["x-forwarded-proto: wss", { scheme: "https", port: 81 }],
    ["x-forwarded-host: a b", {}],
    ["x-forwarded-host: a, b", {}],
    ["x-forwarded-host: user@a", {}],
    ["x-forwarded-host: a/b", {}],
    ["x-forwarded-host:", {}],
    ["x-forwarded-host: [::1]:81", { host: "[::1]:81" }],
    ["x-forwarded-port: 0", {}],
    ["x-forwarded-port: 65536", {}],
    ["x-forwarded-port: 080", {}],
    ["x-forwarded-port: 443, 80", {}],
    ["x-forwarded-port: 8443", { port: 8443 }],
  ])("uses of %j what can be used", (line, expected) => {
    const unsaid = { clientIp: "10.0.0.9", chain: "", scheme: "http", host: undefined, port: undefined };
    expect(of(line)).toEqual({ ...unsaid, ...expected });
  });

  it.each([
    [["x-forwarded-proto: https", "x-forwarded-host: b"], 443],
    [["x-forwarded-proto: http", "x-forwarded-host: b"], 80],
    [["x-forwarded-proto: https", "x-forwarded-host: b:444"], 444],
    [["x-forwarded-proto: https", "x-forwarded-host: b:444", "x-forwarded-port: 445"], 445],
    [["x-forwarded-host: b:444"], undefined],
  ])("takes the port of the URL that the proxy was asked for: %j", (fields, port) => {
    expect(of(...fields).port).toBe(port);
  });

  it("believes Forwarded where there is no X-Forwarded-For, and then nothing of X-Forwarded-*", () => {
    const said = ["forwarded: for=6.6.6.6", "Forwarded: for=192.0.2.1;proto=https;host=b"];
    expect(of(...said, "x-forwarded-proto: http", "x-forwarded-host: evil", "x-forwarded-port: 1")).toEqual({
      clientIp: "192.0.2.1",
      chain: "192.0.2.1",
      scheme: "https",
      host: "b",
      port: 443,
    });
  });

  it("believes nothing of Forwarded where there is an X-Forwarded-For: the client may have sent it", () => {
    const smuggled = "forwarded: for=6.6.6.6;proto=https;host=evil";
    for (const forwardedFor of ["x-forwarded-for: 192.0.2.1", "x-forwarded-for: unknown", "x-forwarded-for:"]) {
      expect(of(smuggled, forwardedFor), forwardedFor).toEqual(of(forwardedFor));
    }
  });
});
