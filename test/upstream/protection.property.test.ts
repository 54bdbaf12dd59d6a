import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../src/balancing/index.ts";
import { createRng } from "../../src/shared/rng.ts";
import { chooseEligible, isUsable, isWell } from "../../src/upstream/eligibility.ts";
import { replayPicks } from "../../src/upstream/explain-pick.ts";
import type { LiveEndpoint } from "../../src/upstream/live-endpoint.ts";
import { serviceSchema } from "../../src/upstream/schema.ts";
import { ServiceUpstream } from "../../src/upstream/service-upstream.ts";
import { ManualTime, urls } from "./manual-world.ts";

const SIZE = 5;
const MOST_EJECTED = 0.6;
const PROBES = 2;
const place = fc.nat(SIZE - 1);
const outcome = fc.constantFrom(
  "ok",
  "ok",
  "connect-failure",
  "reset",
  "timeout",
  "error",
  "error",
  "cancelled" as const,
);
const stepArbitrary = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("acquire" as const), exclude: fc.subarray(urls(SIZE)) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("first" as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("only" as const), place }) },
  { weight: 12, arbitrary: fc.record({ kind: fc.constant("release" as const), which: fc.nat(), outcome }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("drain" as const, "enable" as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("weight" as const), place, weight: fc.constantFrom(0, 1, 5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("members" as const), keep: fc.subarray(urls(SIZE)) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.nat(1_500) }) },
);

interface Held {
  readonly endpoint: LiveEndpoint<string>;
  readonly epoch: number;
  readonly probe: boolean;
}

function createService(algorithm: string, breaker: boolean, panicThreshold: string | number, time: ManualTime) {
  const spec = serviceSchema.parse({
    endpoints: urls(SIZE).map((url, i) => ({ url, zone: i < 2 ? "a" : "b", backup: i === 4 })),
    algorithm,
    panicThreshold,
    slowStart: "2s",
    health: false,
    outlier: {
      consecutiveErrors: 2,
      ejectFor: "1s",
      maxEjected: `${MOST_EJECTED * 100}%`,
      successRate: { interval: "3s", minimumEndpoints: 2, minimumRequests: 3, deviations: 0.5 },
    },
    breaker: breaker && { errorRate: "50%", minimumRequests: 4, openFor: "500ms", halfOpenRequests: PROBES },
  });
  if (spec.endpoints?.kind !== "list") throw new Error("no list");
  const all = spec.endpoints.list;
  const service: ServiceUpstream<string> = new ServiceUpstream<string>({
    name: "users",
    spec,
    endpoints: all,
    attach: ({ id }) => id,
    detach: () => {},
    clock: time,
    rng: createRng("protection"),
    timers: time,
    probe: () => () => {},
    zone: "a",
    onEjection: (_, forMs) => {
      if (forMs === 0) return;
      const inUse = service.endpoints.filter(isUsable);
      const out = inUse.filter(({ ejection }) => ejection.ejectedUntil > time.now()).length;
      expect(out).toBeLessThanOrEqual(Math.floor(inUse.length * MOST_EJECTED + 1e-9));
      expect(out).toBeLessThan(inUse.length);
      // A single one that works is better than those that are known to be down.
      expect(inUse.some(isWell)).toBe(true);
    },
  });
  return { service, all };
}

describe("ejection, breaker, slow start and zones under any history", () => {
  it.each(ALGORITHM_NAMES)("%s: never too many are out, and what is explained is what happens", (algorithm) => {
    const history = fc.array(stepArbitrary, { minLength: 20, maxLength: 150 });
    fc.assert(
      fc.property(history, fc.boolean(), fc.constantFrom("50%", 0), (steps, breaks, panicThreshold) => {
        const time = new ManualTime();
        const { service, all } = createService(algorithm, breaks, panicThreshold, time);
        const { breaker } = service;
        const held: Held[] = [];
        const take = (endpoint: LiveEndpoint<string> | undefined, mayPass: boolean): void => {
          if (endpoint === undefined) return;
          expect(mayPass).toBe(true);
          const { eligible } = chooseEligible(service.endpoints, panicThreshold === 0 ? 0 : 0.5);
          expect(eligible).toContain(endpoint);
          held.push({ endpoint, epoch: breaker?.epoch ?? 0, probe: breaker?.phase === "half-open" });
        };
        for (const step of steps) {
          const mayPass = breaker?.wouldAdmit(time.now()) ?? true;
          if (step.kind === "acquire") take(service.acquire("key", step.exclude), mayPass);
          else if (step.kind === "first") {
            const { endpoint } = replayPicks(service.explainView()).next("key");
            const taken = service.acquire("key", undefined);
            expect(taken?.id).toBe(mayPass ? endpoint : undefined);
            take(taken, mayPass);
          } else if (step.kind === "only") {
            const taken = service.acquireOnly(urls(SIZE)[step.place]!);
            if (taken !== undefined) expect(taken.id).toBe(urls(SIZE)[step.place]);
            take(taken, mayPass);
          } else if (step.kind === "release" && held.length > 0) {
            const [{ endpoint, epoch }] = held.splice(step.which % held.length, 1) as [Held];
            service.release(endpoint, step.outcome, 5, undefined, time.now(), epoch);
          } else if (step.kind === "drain" || step.kind === "enable") service[step.kind](urls(SIZE)[step.place]!);
          else if (step.kind === "weight") service.setWeight(urls(SIZE)[step.place]!, step.weight);
          else if (step.kind === "members") service.update(all.filter(({ id }) => step.keep.includes(id)));
          else if (step.kind === "time") time.advance(step.ms);
          const probing = held.filter(({ probe, epoch }) => probe && epoch === breaker?.epoch);
          expect(probing.length).toBeLessThanOrEqual(PROBES);
        }
        for (const { endpoint, epoch } of held.splice(0))
          service.release(endpoint, "ok", 1, undefined, time.now(), epoch);
        expect(service.endpoints.every(({ candidate }) => candidate.inFlight === 0)).toBe(true);
        // After a rest, whatever was, it goes on: no place of a probe was lost, and nobody is out for ever.
        // Twice, as what is due at the first may put the last one aside that has failed.
        for (let rest = 0; rest < 2; rest++) {
          time.advance(10 * 60_000);
          service.sweep(time.now());
        }
        const usable = service.endpoints.filter(isUsable);
        expect(usable.every(({ ejection }) => ejection.ejectedUntil === 0)).toBe(true);
        expect(breaker?.wouldAdmit(time.now()) ?? true).toBe(true);
        expect(service.acquire("key", undefined) === undefined).toBe(usable.length === 0);
      }),
      { seed: 20_261_121, numRuns: Number(process.env["RUNS"] ?? 12) },
    );
  });
});
