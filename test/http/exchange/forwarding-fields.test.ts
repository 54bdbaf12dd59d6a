import { describe, expect, it } from "vitest";
import { type ConnectionFacts, clientAddress, ForwardingFields } from "../../../src/http/exchange/forwarding-fields.ts";
import { lines, readView } from "../messages.ts";

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

  it("does not believe a peer that is not trusted", () => {
    expect(clientAddress({ ...FACTS, peerTrusted: false }, "192.0.2.1")).toBe("10.0.0.9");
  });
});

function made(facts: ConnectionFacts, ...text: readonly string[]): string[] {
  return new ForwardingFields(facts).lines(readView(lines(...text))).split("\r\n");
}

const SAID = ["X-Forwarded-For: 1.1.1.1", "X-Forwarded-Proto: https", "X-Forwarded-Host: b", "X-Forwarded-Port: 443"];

describe("ForwardingFields", () => {
  it("says where an untrusted client comes from, whatever it says itself", () => {
    expect(made({ ...FACTS, peerTrusted: false }, "GET / HTTP/1.1", "Host: a:1", ...SAID)).toEqual([
      "x-forwarded-for: 10.0.0.9",
      "x-forwarded-proto: http",
      "x-forwarded-host: a:1",
      "x-forwarded-port: 8080",
      "via: 1.1 gatewayctl-x",
      "",
    ]);
  });

  it("keeps what a trusted proxy says, and appends the proxy", () => {
    expect(made(FACTS, "GET / HTTP/1.1", "Host: a", ...SAID, "X-Forwarded-For: 2.2.2.2")).toEqual([
      "x-forwarded-for: 1.1.1.1, 2.2.2.2, 10.0.0.9",
      "x-forwarded-proto: https",
      "x-forwarded-host: b",
      "x-forwarded-port: 443",
      "via: 1.1 gatewayctl-x",
      "",
    ]);
  });

  it("makes itself what a trusted proxy leaves out", () => {
    const own = made(FACTS, "GET / HTTP/1.1", "Host: a");
    expect(own).toEqual(made({ ...FACTS, peerTrusted: false }, "GET / HTTP/1.1", "Host: a"));
    expect(made(FACTS, "GET / HTTP/1.1", "Host: a", "X-Forwarded-For:")[0]).toBe("x-forwarded-for: 10.0.0.9");
  });

  it("says no host where there is none", () => {
    expect(made(FACTS, "GET / HTTP/1.0").join()).not.toContain("x-forwarded-host");
  });

  it("follows the host from one request of a connection to the next", () => {
    const fields = new ForwardingFields({ ...FACTS, peerTrusted: false });
    const of = (host: string): string => fields.lines(readView(lines("GET / HTTP/1.1", `Host: ${host}`)));
    expect([of("a"), of("b"), of("b"), of("a")].map((text) => /host: (\w)/.exec(text)?.[1])).toEqual([
      "a",
      "b",
      "b",
      "a",
    ]);
  });
});
