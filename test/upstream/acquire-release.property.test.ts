import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../src/balancing/index.ts";
import type { LiveEndpoint } from "../../src/upstream/live-endpoint.ts";
import type { EndpointSpec } from "../../src/upstream/schema/endpoints.ts";
import { createWorld, urls } from "./manual-world.ts";

const SIZE = 5;
const place = fc.nat(SIZE - 1);
const stepArbitrary = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("acquire" as const), exclude: fc.subarray(urls(SIZE)) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("release" as const),
      which: fc.nat(),
      outcome: fc.constantFrom("ok", "connect-failure", "reset", "timeout", "error", "cancelled" as const),
      latency: fc.integer({ min: -1, max: 500 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("drain" as const, "enable" as const), place }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("weight" as const), place, weight: fc.constantFrom(0, 1, 5) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("members" as const), keep: fc.subarray(urls(SIZE)) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("time" as const), ms: fc.nat(3_000) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("flip" as const), place }) },
);

describe("acquire and release under any history", () => {
  it.each(ALGORITHM_NAMES)("%s: counts balance, and only what may be used is handed out", (algorithm) => {
    const history = fc.array(stepArbitrary, { maxLength: 120 });
    fc.assert(
      fc.property(history, fc.constantFrom("50%", 0), (steps, panicThreshold) => {
        const world = createWorld({ endpoints: urls(SIZE), algorithm, panicThreshold });
        const { service, time, probes } = world;
        const specs: readonly EndpointSpec[] = service.endpoints.map(({ spec }) => spec);
        const up = new Set(urls(SIZE));
        probes.answer = (id) => up.has(id);
        service.start();
        const held: LiveEndpoint<{ pool: string }>[] = [];
        for (const step of steps) {
          if (step.kind === "acquire") {
            const eligible = service.snapshot().endpoints.filter((endpoint) => endpoint.eligible);
            const endpoint = service.acquire("key", step.exclude);
            expect(endpoint === undefined).toBe(eligible.length === 0);
            if (endpoint === undefined) continue;
            held.push(endpoint);
            const others = eligible.filter(({ id }) => !step.exclude.includes(id));
            if (others.length > 0) expect(step.exclude).not.toContain(endpoint.id);
            expect(eligible.map(({ id }) => id)).toContain(endpoint.id);
            expect(endpoint.draining || endpoint.removed || endpoint.candidate.weight <= 0).toBe(false);
          } else if (step.kind === "release" && held.length > 0) {
            const [endpoint] = held.splice(step.which % held.length, 1);
            service.release(endpoint!, step.outcome, step.latency);
          } else if (step.kind === "drain" || step.kind === "enable") service[step.kind](urls(SIZE)[step.place]!);
          else if (step.kind === "weight") service.setWeight(urls(SIZE)[step.place]!, step.weight);
          else if (step.kind === "members") service.update(specs.filter(({ id }) => step.keep.includes(id)));
          else if (step.kind === "time") time.advance(step.ms);
          else if (step.kind === "flip") {
            const id = urls(SIZE)[step.place]!;
            if (!up.delete(id)) up.add(id);
          }
          for (const endpoint of [...service.endpoints, ...held]) {
            expect(endpoint.candidate.inFlight).toBe(held.filter((one) => one === endpoint).length);
          }
        }
        for (const endpoint of held.splice(0)) service.release(endpoint, "ok", 1);
        service.stop();
        expect(service.endpoints.every(({ candidate }) => candidate.inFlight === 0)).toBe(true);
        expect({ timers: time.pending, open: probes.open }).toEqual({ timers: 0, open: 0 });
      }),
      { seed: 20_261_121, numRuns: 60 },
    );
  });

  it("detaches every endpoint that left exactly once, and none that is a member", () => {
    fc.assert(
      fc.property(fc.array(fc.subarray(urls(SIZE)), { maxLength: 20 }), (lists) => {
        const { service, detached } = createWorld({ endpoints: urls(SIZE) });
        const specs = service.endpoints.map(({ spec }) => spec);
        let attached = SIZE;
        const held: LiveEndpoint<{ pool: string }>[] = [];
        for (const list of lists) {
          const before = service.endpoints.map(({ id }) => id);
          attached += list.filter((id) => !before.includes(id)).length;
          const endpoint = service.acquire(undefined, undefined);
          if (endpoint !== undefined) held.push(endpoint);
          service.update(specs.filter(({ id }) => list.includes(id)));
        }
        for (const endpoint of held) service.release(endpoint, "ok", 1);
        expect(detached.length).toBe(attached - service.endpoints.length);
      }),
      { seed: 20_261_121, numRuns: 100 },
    );
  });
});
