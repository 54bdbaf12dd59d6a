import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RequestFacts } from "../../src/exchange/request-facts.ts";
import type { MatchResult } from "../../src/routing/match-result.ts";
import type { RouteInput } from "../../src/routing/match-spec.ts";
import { compileRouter } from "../../src/routing/router.ts";
import { factsOf } from "../../src/routing/sample.ts";
import { arbitraryRequest, arbitraryRoutes } from "./arbitrary.ts";
import { referenceMatch } from "./reference.ts";

const VERSIONS = ["1", "2"];

const versionedRoutes = fc
  .tuple(arbitraryRoutes, fc.array(fc.constantFrom(undefined, ...VERSIONS), { minLength: 10, maxLength: 10 }))
  .map(([routes, versions]): RouteInput[] => routes.map((route, i) => ({ ...route, version: versions[i] })));

/** How a request names its version, and what it then looks like. */
const WAYS: Record<string, (facts: RequestFacts, version: string) => RequestFacts> = {
  path: (facts, version) => ({ ...facts, path: `/v${version}${facts.path}` }),
  header: (facts, version) => withHeaders(facts, { "x-version": version }),
  query: (facts, version) => ({ ...facts, query: `${facts.query}&version=${version}` }),
  "media-type": (facts, version) => withHeaders(facts, { accept: `application/vnd.a.v${version}+json` }),
};

function withHeaders(facts: RequestFacts, more: Record<string, string>): RequestFacts {
  const headers = { ...Object.fromEntries(facts.headers.entries()), ...more };
  return { ...factsOf({ ...facts, headers }) };
}

const asked = fc.record({
  facts: arbitraryRequest,
  way: fc.constantFrom(...Object.keys(WAYS)),
  version: fc.constantFrom(undefined, ...VERSIONS),
  fallback: fc.constantFrom(undefined, ...VERSIONS),
});

function format(result: MatchResult): string {
  if (result.kind === "route") return `route ${result.route}.${result.match} ${JSON.stringify(result.captures)}`;
  return result.kind === "method-not-allowed" ? `method-not-allowed ${result.allow.join()}` : result.kind;
}

const isRoute = (decided: string): boolean => decided.startsWith("route ");

/** A preflight that names no version takes the first that has a route for it, where the default has none. */
function expectedOf(routes: RouteInput[], facts: RequestFacts, version: string | undefined, fallback?: string): string {
  const expected = referenceMatch(routes, facts, version ?? fallback);
  const { method, headers } = facts;
  const isPreflight = method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
  if (version !== undefined || isRoute(expected) || !isPreflight) return expected;
  return VERSIONS.map((one) => referenceMatch(routes, facts, one)).find(isRoute) ?? expected;
}

describe("the compiled router of several versions", () => {
  it("decides as the plain reference does on the routes of the version that is named", { timeout: 60_000 }, () => {
    const decisions = new Map<string, number>();
    const requests = fc.array(asked, { minLength: 20, maxLength: 20 });
    fc.assert(
      fc.property(versionedRoutes, requests, (routes, all) => {
        const spec = {
          from: ["path", "header:x-version", "query:version", "media-type"],
          versions: { "1": {}, "2": {} },
        };
        const routers = new Map(
          [undefined, ...VERSIONS].map((name) => [name, compileRouter(routes, { ...spec, default: name })]),
        );
        for (const { facts, way, version, fallback } of all) {
          const sent = version === undefined ? facts : (WAYS[way]?.(facts, version) ?? facts);
          const decided = format(routers.get(fallback)?.match(sent) as MatchResult);
          const expected = expectedOf(routes, facts, version, fallback);
          const kind = decided.split(" ")[0] ?? "";
          decisions.set(kind, (decisions.get(kind) ?? 0) + 1);
          if (kind !== "version-missing") expect(decided).toBe(expected);
          else {
            expect(expected).toBe("not-found");
            expect(VERSIONS.some((one) => isRoute(referenceMatch(routes, facts, one)))).toBe(true);
          }
        }
      }),
      { numRuns: 500, seed: 13 },
    );
    for (const kind of ["route", "not-found", "method-not-allowed", "version-missing"]) {
      expect(decisions.get(kind) ?? 0).toBeGreaterThan(100);
    }
  });
});
