import { describe, expect, it } from "vitest";
import { createNameTest, isLocalName, isLocalPattern, localAddresses } from "../../../src/http/tls/local-names.ts";
import type { HostPattern } from "../../../src/routing/match-spec.ts";

const exact = (name: string): HostPattern => ({ kind: "exact", name });
const suffix = (name: string): HostPattern => ({ kind: "suffix", suffix: `.${name}` });

describe("local names", () => {
  it.each(["localhost", "a.localhost", "a.b.localhost", "test", "shop.test", "127.0.0.1", "127.9.9.9", "::1"])(
    "%s is one",
    (name) => expect(isLocalName(name)).toBe(true),
  );

  it.each([
    "example.com",
    "localhost.example",
    "xlocalhost",
    "atest",
    "10.0.0.1",
    "::2",
    "128.0.0.1",
    "a..localhost",
    ".localhost",
    "a b.localhost",
    "*.localhost",
    "a\u0000.localhost",
    `${"a.".repeat(130)}localhost`,
    "",
  ])("%j is none", (name) => expect(isLocalName(name)).toBe(false));

  it("are those of a host pattern only if all of them are", () => {
    expect(isLocalPattern(exact("shop.localhost"))).toBe(true);
    expect(isLocalPattern(suffix("shop.test"))).toBe(true);
    expect(isLocalPattern(exact("[::1]"))).toBe(true);
    expect(isLocalPattern(exact("[::2]"))).toBe(false);
    expect(isLocalPattern(suffix("example"))).toBe(false);
  });
});

describe("the names that certificates are made for on demand", () => {
  const isNamed = createNameTest([exact("shop.test"), suffix("api.test"), exact("shop.example")]);

  it.each(["localhost", "any.localhost", "shop.test", "v1.api.test", "a.b.api.test", "127.0.0.1"])(
    "%s is one, if it is below localhost or a local host of the config",
    (name) => expect(isNamed(name)).toBe(name !== "127.0.0.1"),
  );

  it.each(["other.test", "api.test", "test", "shop.example"])("%s is none", (name) =>
    expect(isNamed(name)).toBe(false),
  );

  it("are joined by the loopback addresses of the config, without brackets", () => {
    expect(
      localAddresses([exact("127.0.0.5"), exact("[::1]"), exact("10.0.0.1"), exact("a.test"), suffix("b.test")]),
    ).toEqual(["127.0.0.5", "::1"]);
  });
});
