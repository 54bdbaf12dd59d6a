import { describe, expect, it } from "vitest";
import { type ConnectionFacts, ForwardingFields } from "../../../src/http/exchange/forwarding-fields.ts";
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

  it("replaces what cannot be used of what a trusted proxy says", () => {
    const wrong = [
      "X-Forwarded-Proto: ftp",
      "X-Forwarded-Host: a b",
      "X-Forwarded-Port: x",
      "X-Forwarded-For: 1.1.1.1",
    ];
    expect(made(FACTS, "GET / HTTP/1.1", "Host: a", ...wrong).slice(1)).toEqual(
      made({ ...FACTS, peerTrusted: false }, "GET / HTTP/1.1", "Host: a").slice(1),
    );
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

  it("reads each request of a trusted proxy's connection by itself", () => {
    const fields = new ForwardingFields(FACTS);
    const of = (ip: string): string =>
      fields.lines(readView(lines("GET / HTTP/1.1", "Host: a", `X-Forwarded-For: ${ip}`))).split("\r\n")[0] ?? "";
    expect(["1.1.1.1", "2.2.2.2", "1.1.1.1"].map(of)).toEqual(
      ["1.1.1.1", "2.2.2.2", "1.1.1.1"].map((ip) => `x-forwarded-for: ${ip}, 10.0.0.9`),
    );
  });

  it("names in Via the version that was received", () => {
    const via = (facts: ConnectionFacts, version: string): string | undefined =>
      made(facts, `GET / ${version}`, "Host: a").at(-2);
    for (const facts of [FACTS, { ...FACTS, peerTrusted: false }]) {
      expect(via(facts, "HTTP/1.0")).toBe("via: 1.0 gatewayctl-x");
      expect(via(facts, "HTTP/1.1")).toBe("via: 1.1 gatewayctl-x");
      expect(via({ ...facts, protocol: "2.0" }, "HTTP/1.1")).toBe("via: 2.0 gatewayctl-x");
    }
    const fields = new ForwardingFields({ ...FACTS, peerTrusted: false });
    const of = (version: string): string => fields.lines(readView(lines(`GET / HTTP/${version}`, "Host: a")));
    expect(["1.1", "1.0", "1.0", "1.1"].map((version) => of(version).includes(`via: ${version} g`))).not.toContain(
      false,
    );
  });
});

describe("Forwarded", () => {
  const forwarded = (...fields: readonly string[]): string | undefined =>
    made(FACTS, "GET / HTTP/1.1", "Host: a:1", ...fields).find((line) => line.startsWith("forwarded: "));

  it("is appended to where a trusted proxy sent it", () => {
    expect(forwarded("Forwarded: for=192.0.2.1", "Forwarded: for=10.0.0.1")).toBe(
      'forwarded: for=192.0.2.1, for=10.0.0.1, for=10.0.0.9;host="a:1";proto=http',
    );
    expect(forwarded("Forwarded:")).toBe('forwarded: for=10.0.0.9;host="a:1";proto=http');
  });

  it("tells X-Forwarded-* of what it says", () => {
    const said = "Forwarded: for=6.6.6.6, for=192.0.2.1;proto=https;host=b, for=10.0.0.1";
    expect(made(FACTS, "GET / HTTP/1.1", "Host: a:1", said).slice(1)).toEqual([
      "x-forwarded-for: 192.0.2.1, 10.0.0.1, 10.0.0.9",
      "x-forwarded-proto: https",
      "x-forwarded-host: b",
      "x-forwarded-port: 443",
      "via: 1.1 gatewayctl-x",
      "",
    ]);
  });

  it("goes on next to an X-Forwarded-For that names the same client, not next to one that names another", () => {
    expect(forwarded("Forwarded: for=192.0.2.1", "X-Forwarded-For: 6.6.6.6, 192.0.2.1")).toMatch(/^forwarded: for=192/);
    expect(forwarded("Forwarded: for=6.6.6.6", "X-Forwarded-For: 192.0.2.1")).toBeUndefined();
  });

  it.each(['for="6.6.6.6, for=192.0.2.1', "nothing, for=192.0.2.1", "for=6.6.6.6;for=7.7.7.7, for=192.0.2.1"])(
    "does not go on if a part of it cannot be read: %s",
    (value) => {
      expect(forwarded(`Forwarded: ${value}`)).toBeUndefined();
      expect(made(FACTS, "GET / HTTP/1.1", "Host: a", `Forwarded: ${value}`)[0]).toBe(
        "x-forwarded-for: 192.0.2.1, 10.0.0.9",
      );
    },
  );

  it("names a peer of IPv6 in brackets and quotes", () => {
    const facts = { ...FACTS, peerIp: "2001:db8::9", scheme: "https" as const };
    expect(made(facts, "GET / HTTP/1.1", "Host: a", "Forwarded: for=192.0.2.1")[0]).toBe(
      'forwarded: for=192.0.2.1, for="[2001:db8::9]";host="a";proto=https',
    );
  });

  it("of an untrusted client is not repeated", () => {
    const own = made({ ...FACTS, peerTrusted: false }, "GET / HTTP/1.1", "Host: a", "Forwarded: for=6.6.6.6");
    expect(own.join()).not.toContain("6.6.6.6");
    expect(own[0]).toBe("x-forwarded-for: 10.0.0.9");
  });
});
