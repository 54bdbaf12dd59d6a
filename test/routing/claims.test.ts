import { describe, expect, it } from "vitest";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import { type Claims, createClaimTest, readClaim } from "../../src/routing/claims.ts";
import type { ClaimTest } from "../../src/routing/match-spec.ts";
import { compileRouter } from "../../src/routing/router.ts";
import { factsOf } from "../../src/routing/sample.ts";
import { matchSchema } from "../../src/routing/schema.ts";

const equals = (name: string, value: string | number | boolean): ClaimTest => ({
  name,
  test: { kind: "equals", value },
});

describe("a claim", () => {
  const claims = { a: { b: { c: 1 } }, "a.b": "whole", list: ["x", 2], nothing: null, "https://x.test/r": 1 };

  it.each<[name: string, value: unknown]>([
    ["a", { b: { c: 1 } }],
    ["a.b", "whole"],
    ["a.b.c", 1],
    ["https://x.test/r", 1],
    ["a.c", undefined],
    ["list.0", "x"],
    ["nothing.a", undefined],
    ["__proto__", undefined],
    ["constructor.name", undefined],
    ["list.length.toString", undefined],
  ])("is read by name or path: %s", (name, value) => {
    expect(readClaim(claims, name)).toEqual(value);
  });

  it.each<[what: string, test: ClaimTest, claims: Claims, passes: boolean]>([
    ["the same text", equals("p", "gold"), { p: "gold" }, true],
    ["another text", equals("p", "gold"), { p: "silver" }, false],
    ["no claim", equals("p", "gold"), {}, false],
    ["a number for a text", equals("p", "1"), { p: 1 }, false],
    ["a number", equals("p", 1), { p: 1 }, true],
    ["false", equals("p", false), { p: false }, true],
    ["no false", equals("p", false), {}, false],
    ["one of a list", equals("p", "b"), { p: ["a", "b"] }, true],
    ["none of a list", equals("p", "c"), { p: ["a", "b"] }, false],
    ["a list in a list", equals("p", "a"), { p: [["a"]] }, false],
    ["a regex", { name: "p", test: { kind: "regex", source: "^g" } }, { p: "gold" }, true],
    ["a regex on a number", { name: "p", test: { kind: "regex", source: "^4" } }, { p: 42 }, true],
    ["a regex on an object", { name: "p", test: { kind: "regex", source: "." } }, { p: {} }, false],
    ["a regex on nothing", { name: "p", test: { kind: "regex", source: "undefined" } }, {}, false],
    ["presence", { name: "p", test: { kind: "present", present: true } }, { p: 0 }, true],
    ["presence of null", { name: "p", test: { kind: "present", present: true } }, { p: null }, false],
    ["absence", { name: "p", test: { kind: "present", present: false } }, {}, true],
    ["absence of what is there", { name: "p", test: { kind: "present", present: false } }, { p: "" }, false],
  ])("passes or fails: %s", (_what, test, given, passes) => {
    expect(createClaimTest(test)(given)).toBe(passes);
  });
});

describe("routes by claims", () => {
  const router = compileRouter([
    { name: "gold", match: matchSchema.parse({ path: "/a", claims: { plan: "gold" } }) },
    { name: "silver", match: matchSchema.parse({ path: "/a", claims: { plan: "silver" }, method: "GET" }) },
    { name: "all", match: matchSchema.parse("/a") },
    { name: "lone", match: matchSchema.parse({ path: "/lone", claims: { plan: "gold" }, method: "PUT" }) },
  ]);
  const asking = (path: string, method = "GET"): RequestFacts =>
    factsOf({ method, host: "localhost", path, query: "", headers: {}, clientIp: "127.0.0.1" });
  const match = (path: string, known: [number, Claims | null][], method = "GET") => {
    const found = router.match(asking(path, method), undefined, new Map(known));
    return found.kind === "route" || found.kind === "needs-authenticate"
      ? `${found.kind} ${router.routes[found.route]?.name}`
      : found.kind;
  };

  it("ask for one route after the other, the most specific first, until it is clear", () => {
    expect(router.match(asking("/a")).kind).toBe("needs-authenticate");
    expect(match("/a", [])).toBe("needs-authenticate silver");
    expect(match("/a", [[1, null]])).toBe("needs-authenticate gold");
    expect(match("/a", [[1, { plan: "silver" }]])).toBe("route silver");
    expect(match("/a", [[1, { plan: "gold" }]])).toBe("needs-authenticate gold");
    expect(
      match("/a", [
        [1, null],
        [0, { plan: "gold" }],
      ]),
    ).toBe("route gold");
    expect(
      match("/a", [
        [1, null],
        [0, null],
      ]),
    ).toBe("route all");
  });

  it("ask nobody where the method or the path is another", () => {
    expect(match("/a", [], "POST")).toBe("needs-authenticate gold");
    expect(match("/lone", [])).toBe("not-found");
    expect(match("/b", [])).toBe("not-found");
  });

  it("promise a method only to who has the claims", () => {
    expect(match("/lone", [[3, { plan: "gold" }]])).toBe("method-not-allowed");
    expect(match("/lone", [[3, null]])).toBe("not-found");
  });

  it("are explained", () => {
    const trace = { considered: [] };
    const known = { get: (route: number) => (route === 1 ? { plan: "tin" } : null), why: () => "it has expired" };
    router.match(asking("/a"), trace, known);
    expect(trace.considered).toMatchObject([
      { route: "gold", reason: "claims are not known: no token was verified for this route (it has expired)" },
      { route: "silver", reason: 'the verified token has no claim whose plan is "silver"' },
      { route: "all", chosen: true },
      { route: "lone", matched: false },
    ]);
  });
});
