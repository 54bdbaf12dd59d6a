import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Candidate, defineAlgorithm } from "../../../src/balancing/algorithm.ts";
import { findAlgorithm } from "../../../src/balancing/index.ts";
import { buildModel, type Model } from "../../../src/lab/simulate/model.ts";
import { advanceRun, type Contender, createRun, type Run } from "../../../src/lab/simulate/run.ts";
import { defineScenario } from "../../../src/lab/simulate/scenario.ts";
import { meanOf } from "../../../src/shared/histogram.ts";
import { createRng } from "../../../src/shared/rng.ts";

const model = buildModel(
  defineScenario({
    name: "three",
    summary: "three endpoints of different speed",
    purpose: "Small enough to be checked by hand.",
    endpoints: [
      { count: 2, speed: 1 },
      { count: 1, speed: 2, weight: 2 },
    ],
    load: 0.6,
    serviceTime: "lognormal:10ms:1",
    arrivals: "poisson",
    keys: { count: 100, skew: 0 },
    requests: 5000,
    replications: 1,
  }),
);

function contender(name: string): Contender {
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined) throw new Error(name);
  return { algorithm, options: algorithm.options.parse({}) };
}

function runAll(subject: Contender, requests: number, of: Model = model): Run {
  const run = createRun(of, subject, requests, "seed");
  while (!advanceRun(run, 777));
  return run;
}

describe("a run", () => {
  it("agrees with Lindley's recursion, request by request, under round-robin", () => {
    const requests = 3000;
    const { measures } = runAll(contender("round-robin"), requests);
    const next = model.arrivals.start(model.meanGapMs);
    const gapRng = createRng("seed/arrivals");
    const workRng = createRng("seed/work");
    const free = [0, 0, 0];
    let now = 0;
    let sum = 0;
    for (let i = 0; i < requests; i++) {
      now += next(gapRng);
      const work = model.serviceTime.sample(workRng) / (i % 3 === 2 ? 2 : 1);
      const end = Math.max(now, free[i % 3] ?? 0) + work;
      free[i % 3] = end;
      if (i >= requests / 10) sum += end - now;
    }
    expect(measures.responseTimes.count).toBe(0.9 * requests);
    expect(meanOf(measures.responseTimes)).toBeCloseTo(sum / (0.9 * requests), 8);
    expect([...measures.requests]).toEqual([900, 900, 900]);
    expect(measures.toMs).toBeCloseTo(now, 8);
  });

  it("gives the algorithm what the live gateway gives it: load before the pick, calls before and after", () => {
    const seen: string[] = [];
    let started = 0;
    let finished = 0;
    const spy = defineAlgorithm<{ turn: number }, unknown>({
      ...contender("round-robin").algorithm,
      signals: ["in-flight", "latency", "key"],
      options: z.unknown(),
      init: () => ({ turn: 0 }),
      update: () => {},
      pick(state, request, env) {
        const inFlight = request.candidates.reduce((sum, candidate) => sum + candidate.inFlight, 0);
        expect(inFlight).toBe(started - finished);
        expect(request.key).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
        expect(request.exclude).toBeUndefined();
        expect(env.now).toBeGreaterThan(0);
        const picked = request.candidates[state.turn++ % 3] as Candidate;
        expect(request.byId.get(picked.id)).toBe(picked);
        return picked.id;
      },
      onStart: (_state, id) => {
        started++;
        seen.push(id);
      },
      onFinish: (_state, _id, outcome) => {
        finished++;
        expect(outcome).toBe("ok");
      },
    });
    const run = runAll({ algorithm: spy, options: {} }, 500);
    expect([started, finished]).toEqual([500, 500]);
    expect(new Set(seen)).toEqual(new Set(["endpoint-1", "endpoint-2", "endpoint-3"]));
    for (const endpoint of run.endpoints) {
      expect(endpoint.inFlight).toBe(0);
      expect(endpoint.latencyMs).toBeGreaterThan(0);
      expect(endpoint.peakMs).toBeGreaterThanOrEqual(endpoint.latencyMs);
      expect(endpoint.latencyAt).toBeGreaterThan(0);
    }
    expect(run.endpoints.map((endpoint) => endpoint.weight)).toEqual([1, 1, 2]);
  });

  it("measures latency only for algorithms that ask for it", () => {
    expect(runAll(contender("least-conn"), 200).endpoints.every((endpoint) => endpoint.latencyMs === 0)).toBe(true);
    expect(runAll(contender("least-time"), 200).endpoints.every((endpoint) => endpoint.latencyMs > 0)).toBe(true);
  });

  it("takes no more memory for more requests", () => {
    const few = runAll(contender("least-conn"), 2000);
    const many = runAll(contender("least-conn"), 200_000);
    expect(many.lines.next.length).toBeLessThanOrEqual(8 * few.lines.next.length);
    expect(many.departures.times.length).toBe(few.departures.times.length);
  });

  it("fails loudly if an algorithm picks what is not there", () => {
    const broken = { ...contender("random").algorithm, pick: () => "endpoint-9" };
    expect(() => runAll({ algorithm: broken, options: {} }, 200)).toThrow("random picked endpoint-9");
  });
});
