import { describe, expect, it } from "vitest";
import { composedCacheControl, composedVary } from "../../../src/gateway/compose/composed-freshness.ts";
import { facts } from "../facts.ts";

const fields = (given: Readonly<Record<string, string>>) => facts({}, Object.entries(given)).headers;
const control = (...all: string[]) =>
  composedCacheControl(
    all.map((value) => fields(value === "" ? {} : { "cache-control": value })),
    false,
  );

describe("what caches may do with a composition (RFC 9111 section 5.2.2)", () => {
  it.each<[parts: string[], whole: string | undefined]>([
    [["", ""], undefined],
    [["max-age=60"], "max-age=60"],
    [["max-age=60", "max-age=20"], "max-age=20"],
    [["max-age=60, s-maxage=90", "max-age=20, s-maxage=40"], "max-age=20, s-maxage=40"],
    [["max-age=60, s-maxage=10", "max-age=20"], "max-age=20, s-maxage=10"],
    [["max-age=60", ""], "no-store"],
    [["max-age=60", "no-store"], "no-store"],
    [["", "no-store"], "no-store"],
    [["public, max-age=9", "public, max-age=8"], "public, max-age=8"],
    [["public, max-age=9", "max-age=8"], "max-age=8"],
    [["public, max-age=9", "private, max-age=8"], "private, max-age=8"],
    [["private, max-age=9", "s-maxage=5, max-age=6"], "private, max-age=6"],
    [["no-cache", ""], "no-cache"],
    [
      ["max-age=9, must-revalidate", "max-age=9, proxy-revalidate, no-transform"],
      "max-age=9, must-revalidate, proxy-revalidate, no-transform",
    ],
    [["max-age=x", "max-age=5"], "max-age=0"],
    [['Max-Age="7"', "max-age=9"], "max-age=7"],
    [["s-maxage=7", "s-maxage=9"], "max-age=0, s-maxage=7"],
  ])("%j allow %j", (parts, whole) => {
    expect(control(...parts)).toBe(whole);
  });

  it("takes off what a part has spent in other caches", () => {
    const parts = [
      fields({ "cache-control": "max-age=60", age: "50" }),
      fields({ "cache-control": "max-age=20", age: "99" }),
    ];
    expect(composedCacheControl(parts.slice(0, 1), false)).toBe("max-age=10");
    expect(composedCacheControl(parts, false)).toBe("max-age=0");
  });

  it("reads Expires where nothing else says how long", () => {
    const date = "Sat, 21 Nov 2026 10:00:00 GMT";
    const until = (expires: string) => composedCacheControl([fields({ date, expires })], false);
    expect(until("Sat, 21 Nov 2026 10:01:00 GMT")).toBe("max-age=60");
    expect(until("0")).toBe("max-age=0");
    const both = fields({ date, expires: "Sat, 21 Nov 2026 10:01:00 GMT", "cache-control": "max-age=5" });
    expect(composedCacheControl([both], false)).toBe("max-age=5");
  });

  it("lets no shared cache keep what was made for one caller", () => {
    expect(composedCacheControl([fields({ "cache-control": "public, max-age=60, s-maxage=90" })], true)).toBe(
      "private, max-age=60",
    );
    expect(composedCacheControl([fields({})], true)).toBe("private");
  });
});

describe("what a composition depends on", () => {
  it("is what any part does, and what the config reads of the request", () => {
    const parts = [fields({ vary: "Accept-Language, accept-encoding" }), fields({ vary: "X-Tenant" }), fields({})];
    expect(composedVary(parts, ["x-region", "x-tenant"])).toBe("x-region, x-tenant, accept-language");
    expect(composedVary([fields({})], [])).toBeUndefined();
    expect(composedVary([fields({ vary: "*" }), ...parts], [])).toBe("*");
  });
});
