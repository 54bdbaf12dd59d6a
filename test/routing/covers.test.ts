import { describe, expect, it } from "vitest";
import { covers } from "../../src/routing/covers.ts";
import type { MatchSpec } from "../../src/routing/match-spec.ts";
import { matchSchema } from "../../src/routing/schema.ts";

function specOf(match: unknown): MatchSpec {
  const [spec] = matchSchema.parse(match);
  if (spec === undefined) throw new Error("no match");
  return spec;
}

describe("covers", () => {
  it.each([
    { name: "any host, a host", wide: {}, narrow: { host: "a.x" } },
    { name: "a wildcard, a host under it", wide: { host: "*.x" }, narrow: { host: "a.x" } },
    { name: "a wildcard, a longer one", wide: { host: "*.x" }, narrow: { host: "*.a.x" } },
    { name: "a prefix, a longer one", wide: "/a", narrow: "/a/b" },
    { name: "a capture, a literal", wide: "/{x}", narrow: "/a" },
    { name: "a prefix, an exact path under it", wide: "/a", narrow: { path: { exact: "/a/b" } } },
    {
      name: "an exact path with a capture, one without",
      wide: { path: { exact: "/{x}" } },
      narrow: { path: { exact: "/a" } },
    },
    { name: "every method, one", wide: {}, narrow: { method: "GET" } },
    { name: "GET, HEAD", wide: { method: "GET" }, narrow: { method: "HEAD" } },
    { name: "no condition, one", wide: {}, narrow: { query: { a: "1" } } },
    {
      name: "a network, one in it",
      wide: { clientIp: "10.0.0.0/8" },
      narrow: { clientIp: ["10.1.0.0/16", "10.2.0.1"] },
    },
  ])("$name, but not the other way round", ({ wide, narrow }) => {
    expect(covers(specOf(wide), specOf(narrow))).toBe(true);
    expect(covers(specOf(narrow), specOf(wide))).toBe(false);
  });

  it.each([
    { name: "a wildcard does not cover its own domain", wide: { host: "*.x.y" }, narrow: { host: "x.y" } },
    { name: "a wildcard does not cover a text suffix", wide: { host: "*.x.y" }, narrow: { host: "ax.y" } },
    { name: "a capture does not cover an empty segment", wide: "/{x}", narrow: "//" },
    { name: "a capture does not cover an empty segment of a regex", wide: "/{x}", narrow: { path: { regex: "^//b" } } },
    {
      name: "an exact path does not cover what is below",
      wide: { path: { exact: "/a" } },
      narrow: { path: { exact: "/a/b" } },
    },
    {
      name: "presence does not cover absence",
      wide: { headers: { h: { present: true } } },
      narrow: { headers: { h: { present: false } } },
    },
    {
      name: "a regex does not cover another",
      wide: { headers: { h: { regex: "." } } },
      narrow: { headers: { h: { regex: "a" } } },
    },
    { name: "another parameter of the same value", wide: { query: { a: "1" } }, narrow: { query: { b: "1" } } },
    { name: "a network of the other family", wide: { clientIp: "0.0.0.0/0" }, narrow: { clientIp: "::1" } },
    { name: "claims cover nothing, not even themselves", wide: { claims: { p: "1" } }, narrow: { claims: { p: "1" } } },
  ])("$name", ({ wide, narrow }) => expect(covers(specOf(wide), specOf(narrow))).toBe(false));
});
