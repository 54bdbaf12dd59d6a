import { describe, expect, it } from "vitest";
import { canonicalOrigin, parseEndpointUrl } from "../../../src/upstream/schema/endpoint-url.ts";

describe("parseEndpointUrl", () => {
  it.each([
    ["http://localhost:4001", "http", "localhost", 4001, "http://localhost:4001"],
    ["http://localhost", "http", "localhost", 80, "http://localhost"],
    ["https://api.test/", "https", "api.test", 443, "https://api.test"],
    ["HTTP://LocalHost:1", "http", "LocalHost", 1, "HTTP://LocalHost:1"],
    ["http://[::1]:4001", "http", "::1", 4001, "http://[::1]:4001"],
    ["tcp://127.0.0.1:5432", "tcp", "127.0.0.1", 5432, "tcp://127.0.0.1:5432"],
    ["udp://dns_1:53", "udp", "dns_1", 53, "udp://dns_1:53"],
  ])("%s", (text, protocol, host, port, id) => {
    expect(parseEndpointUrl(text)).toEqual({ id, protocol, host, port });
  });

  it.each([
    ["localhost:4001", "is not a URL"],
    ["ftp://a:1", "scheme ftp"],
    ["http://user:secret@a:1", "credentials"],
    ["http://a:1/api", "has a path"],
    ["http://a:1?x", "has a path"],
    ["http://", "no usable host"],
    ["http://a:x", "no usable host"],
    ["http://a b:1", "no usable host"],
    ["http://[::zz]:1", "no usable host"],
    ["http://[1:2]:1", "address that is not one"],
    ["http://300.1.1.1:1", "address that is not one"],
    ["tcp://a", "has no port"],
    ["http://a:0", "the port 0"],
    ["http://a:65536", "the port 65536"],
  ])("refuses %s", (text, problem) => {
    const parsed = parseEndpointUrl(text);
    expect("problem" in parsed && parsed.problem).toContain(problem);
  });

  it("points from a path to rewrite", () => {
    const parsed = parseEndpointUrl("http://a:1/api");
    expect("problem" in parsed && parsed.hint).toContain("rewrite");
  });
});

describe("canonicalOrigin", () => {
  it("is equal for two spellings of one origin", () => {
    const of = (text: string) => {
      const parsed = parseEndpointUrl(text);
      if ("problem" in parsed) throw new Error(parsed.problem);
      return canonicalOrigin(parsed);
    };
    expect(of("http://LOCALHOST/")).toBe(of("http://localhost:80"));
    expect(of("http://localhost:80")).not.toBe(of("https://localhost:80"));
  });
});
