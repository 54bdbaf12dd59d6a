import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MatchResult } from "../../src/routing/match-result.ts";
import { type ConsideredRoute, compileRouter } from "../../src/routing/router.ts";
import { factsOf, type RequestSample, sampleRequest } from "../../src/routing/sample.ts";
import { arbitraryRequest, arbitraryRoutes } from "./arbitrary.ts";
import { referenceMatch } from "./reference.ts";
import { requestOf } from "./requests.ts";

function format(result: MatchResult): string {
  if (result.kind === "route") return `route ${result.route}.${result.match} ${JSON.stringify(result.captures)}`;
  return result.kind === "method-not-allowed" ? `method-not-allowed ${result.allow.join()}` : result.kind;
}

function isSample(sample: RequestSample | undefined): sample is RequestSample {
  return sample !== undefined;
}

const requests = fc.array(arbitraryRequest, { minLength: 20, maxLength: 20 });

describe("the compiled router", () => {
  it("decides as the plain reference does, 12,000 times and more", { timeout: 60_000 }, () => {
    const decisions = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryRoutes, requests, (routes, all) => {
        const router = compileRouter(routes);
        const samples = routes.flatMap(({ match }) => match.map((spec) => sampleRequest(spec, "odd"))).filter(isSample);
        for (const facts of [...all, ...samples.map(factsOf)]) {
          const decided = format(router.match(facts));
          expect(decided).toBe(referenceMatch(routes, facts));
          const kind = decided.split(" ")[0] ?? "";
          decisions.set(kind, (decisions.get(kind) ?? 0) + 1);
        }
      }),
      { numRuns: 600, seed: 7 },
    );
    // The grammar must lead to each kind of decision often, or the comparison would show little.
    for (const kind of ["route", "not-found", "method-not-allowed"]) {
      expect(decisions.get(kind) ?? 0).toBeGreaterThan(200);
    }
  });

  it("decides the same with a trace, and the trace fits the decision", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitraryRoutes, requests, (routes, all) => {
        const router = compileRouter(routes);
        for (const facts of all) {
          const considered: ConsideredRoute[] = [];
          const traced = router.match(facts, { considered });
          expect(format(traced)).toBe(format(router.match(facts)));
          expect(considered.map(({ route }) => route)).toEqual(routes.map(({ name }) => name));
          const chosen = considered.findIndex((one) => one.chosen);
          expect(chosen).toBe(traced.kind === "route" ? traced.route : -1);
          if (traced.kind !== "route") expect(considered.some(({ matched }) => matched)).toBe(false);
          for (const { reason } of considered) expect(reason).not.toBe("");
        }
      }),
      { numRuns: 200, seed: 8 },
    );
  });

  it("calls matched what a router of that route alone would choose", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitraryRoutes, requests, (routes, all) => {
        const router = compileRouter(routes);
        const alone = routes.map((route) => compileRouter([route]));
        for (const facts of all) {
          const considered: ConsideredRoute[] = [];
          router.match(facts, { considered });
          const expected = alone.map((one) => one.match(facts).kind === "route");
          expect(considered.map(({ matched }) => matched)).toEqual(expected);
        }
      }),
      { numRuns: 150, seed: 9 },
    );
  });

  it("allows only methods that would be routed", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(arbitraryRoutes, arbitraryRequest, (routes, facts) => {
        const router = compileRouter(routes);
        const result = router.match(facts);
        if (result.kind !== "method-not-allowed") return;
        for (const method of result.allow) {
          const headers = {
            ...facts.headers,
            get: (name: string) => (name.startsWith("access-") ? undefined : facts.headers.get(name)),
          };
          expect(router.match({ ...facts, method, headers }).kind).toBe("route");
        }
      }),
      { numRuns: 600, seed: 10 },
    );
  });

  it("routes the sample of a match to that match when it is alone", { timeout: 60_000 }, () => {
    let sampled = 0;
    fc.assert(
      fc.property(arbitraryRoutes, (routes) => {
        for (const spec of routes.flatMap(({ match }) => match)) {
          const sample = sampleRequest(spec, "odd") ?? sampleRequest(spec);
          if (sample === undefined) continue;
          sampled++;
          expect(compileRouter([{ name: "r", match: [spec] }]).match(factsOf(sample)).kind).toBe("route");
        }
      }),
      { numRuns: 300, seed: 11 },
    );
    expect(sampled).toBeGreaterThan(1_000);
  });

  it("never throws on arbitrary text", { timeout: 60_000 }, () => {
    const text = fc.string({ unit: "binary", maxLength: 40 });
    const header = fc.constantFrom("cookie", "origin", "n");
    fc.assert(
      fc.property(
        arbitraryRoutes,
        fc.record({ method: text, host: text, path: text, query: text, clientIp: text }),
        header,
        text,
        (routes, given, name, value) => {
          const facts = { ...requestOf("/", { [name]: value }), ...given };
          for (const at of [given.path, `/${given.path}`]) {
            const considered: ConsideredRoute[] = [];
            expect(() => compileRouter(routes).match({ ...facts, path: at }, { considered })).not.toThrow();
          }
        },
      ),
      { numRuns: 300, seed: 12 },
    );
  });
});
