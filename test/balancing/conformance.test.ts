import { existsSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Candidate, EndpointId, Env, Trace } from "../../src/balancing/algorithm.ts";
import { ALGORITHM_NAMES, ALGORITHMS, findAlgorithm } from "../../src/balancing/index.ts";
import { candidate, envOf, fleet, requestFor, start, weighted } from "./support.ts";

describe("the registry", () => {
  it("names its algorithms in order, each once", () => {
    expect(ALGORITHMS.map((algorithm) => algorithm.name)).toEqual([...ALGORITHM_NAMES]);
    expect(new Set(ALGORITHM_NAMES).size).toBe(ALGORITHM_NAMES.length);
  });

  it("finds every algorithm by its name and nothing by another", () => {
    for (const algorithm of ALGORITHMS) expect(findAlgorithm(algorithm.name)).toBe(algorithm);
    for (const name of ["", "Round-Robin", "constructor", "__proto__"]) expect(findAlgorithm(name)).toBeUndefined();
  });
});

/** One step of a driver's life: what is eligible, what was tried, what is in flight, and the time. */
interface Step {
  readonly eligible: readonly boolean[];
  readonly excluded: readonly boolean[];
  readonly weights: readonly number[];
  readonly inFlight: readonly number[];
  readonly latencies: readonly number[];
  readonly sameSet: boolean;
  readonly key: string | undefined;
  readonly elapsed: number;
}

const SIZE = 6;
const ids = Array.from({ length: SIZE }, (_, i) => `http://localhost:${4001 + i}`);
const each = <T>(arbitrary: fc.Arbitrary<T>) => fc.array(arbitrary, { minLength: SIZE, maxLength: SIZE });
const weight = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: 0, max: 10 }) },
  { weight: 2, arbitrary: fc.double({ min: 0.01, max: 3, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 200, Number.NaN) },
);
const step: fc.Arbitrary<Step> = fc.record({
  eligible: each(fc.boolean()),
  excluded: each(fc.boolean()),
  weights: each(weight),
  inFlight: each(fc.nat(4)),
  latencies: each(fc.constantFrom(0, 1, 5, 80)),
  sameSet: fc.boolean(),
  key: fc.option(fc.string({ unit: "grapheme" }), { nil: undefined }),
  elapsed: fc.nat(20_000),
});
const life = fc.record({
  members: each(weight),
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  seed: fc.integer(),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

/** Small tables, so that hundreds of lives take a moment. */
const SMALL: Readonly<Record<string, object>> = {
  "consistent-hash": { points: 4 },
  "bounded-load": { points: 4 },
  maglev: { tableSize: 251 },
};

const membersOf = (weights: readonly number[]) => ids.map((id, i) => ({ id, weight: weights[i]! }));

/** Lives through the steps; `around` may look at, or replace, the state before each pick. */
function live(
  name: string,
  { members, steps, seed }: Life,
  around: (state: unknown) => unknown = (state) => state,
  trace?: () => Trace,
) {
  const env: Env = envOf(seed);
  const { algorithm, state: initial } = start(name, membersOf(members) as Candidate[], SMALL[name], env);
  let state = initial;
  let request = requestFor([]);
  const picks: { id: EndpointId | undefined; request: typeof request; trace: Trace | undefined }[] = [];
  for (const each of steps) {
    env.now += each.elapsed;
    if (each.sameSet && request.candidates.length > 0) {
      request.candidates.forEach((old, i) => Object.assign(old, { inFlight: each.inFlight[i] }));
    } else {
      const all = ids.map((id, i) => candidate(id, each.weights[i], signals(each, i, env.now)));
      request = requestFor(all.filter((_, i) => each.eligible[i]));
    }
    const exclude = ids.filter((_, i) => each.excluded[i]);
    request = { ...request, key: each.key, exclude: exclude.length === 0 ? undefined : exclude };
    state = around(state);
    const told = trace?.();
    picks.push({ id: algorithm.pick(state, request, env, told), request, trace: told });
  }
  return { picks, state, rng: env.rng };
}

function signals(step: Step, i: number, now: number): Partial<Candidate> {
  const latencyMs = step.latencies[i]!;
  return { inFlight: step.inFlight[i]!, latencyMs, peakMs: latencyMs * 2, latencyAt: now - 100 * i };
}

function isPlain(value: unknown): boolean {
  if (value === null || ["string", "number", "boolean", "undefined"].includes(typeof value)) return true;
  if (typeof value !== "object") return false;
  if (ArrayBuffer.isView(value)) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

describe.each(ALGORITHMS.map((algorithm) => ({ name: algorithm.name, algorithm })))("$name", ({ name, algorithm }) => {
  it("lives in the file of its name, and says what it is, when to use it, what it costs, where it comes from", () => {
    expect(existsSync(new URL(`../../src/balancing/${name}.ts`, import.meta.url))).toBe(true);
    for (const text of Object.values(algorithm.docs)) expect(text).toMatch(/\S/);
    expect(Object.keys(algorithm.docs).toSorted()).toEqual(["cost", "source", "summary", "whenToUse"]);
  });

  it("has options that may all be left out, and refuses unknown ones", () => {
    expect(algorithm.options.safeParse({}).success).toBe(true);
    expect(algorithm.options.safeParse({ key: "ip" }).success).toBe(false);
  });

  it("picks nobody of no candidates", () => {
    expect(start(name, []).pick(requestFor([]))).toBeUndefined();
    expect(start(name, fleet(3)).pick(requestFor([]))).toBeUndefined();
  });

  it("picks the only one, tried already or not", () => {
    const only = [candidate("http://localhost:4001")];
    const { pick } = start(name, only);
    for (let i = 0; i < 5; i++) expect(pick(requestFor(only, "k"))).toBe("http://localhost:4001");
    expect(pick(requestFor(only, "k", ["http://localhost:4001"]))).toBe("http://localhost:4001");
  });

  it("picks nobody if all weights are zero", () => {
    const members = weighted({ a: 0, b: 0 });
    const { pick } = start(name, members);
    expect(pick(requestFor(members, "k"))).toBeUndefined();
    expect(pick(requestFor(members, "k", ["a"]))).toBeUndefined();
  });

  it("never picks who is absent, weighs nothing, or was tried while another is left; else always picks", () => {
    fc.assert(
      fc.property(life, (given) => {
        for (const { id, request } of live(name, given).picks) {
          const eligible = request.candidates.filter((each) => each.weight > 0).map((each) => each.id);
          const fresh = eligible.filter((each) => request.exclude?.includes(each) !== true);
          if (eligible.length === 0) expect(id).toBeUndefined();
          else expect(fresh.length > 0 ? fresh : eligible).toContain(id);
        }
      }),
    );
  });

  it("gives the same picks for the same seed", () => {
    fc.assert(
      fc.property(life, (given) => {
        expect(live(name, given).picks.map(({ id }) => id)).toEqual(live(name, given).picks.map(({ id }) => id));
      }),
      { numRuns: 30 },
    );
  });

  it("has plain data for state, which goes on the same after structuredClone at any point", () => {
    fc.assert(
      fc.property(life, (given) => {
        const straight = live(name, given, (state) => {
          expect(isPlain(state)).toBe(true);
          return state;
        });
        const cloned = live(name, given, (state) => structuredClone(state));
        expect(cloned.picks.map(({ id }) => id)).toEqual(straight.picks.map(({ id }) => id));
        expect(cloned.state).toEqual(straight.state);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves the live state alone when a clone is played with", () => {
    const members = weighted({ a: 5, b: 1, c: 1 });
    const live = start(name, members, {}, envOf("live"));
    const alone = start(name, members, {}, envOf("live"));
    const request = requestFor(members, "k");
    for (let i = 0; i < 10; i++) {
      const clone = structuredClone(live.state);
      for (let j = 0; j < 3; j++) algorithm.pick(clone, request, envOf(j));
      expect(live.pick(request)).toBe(alone.pick(request));
    }
  });

  it("decides the same with a trace as without, and leaves the same state and random source", () => {
    fc.assert(
      fc.property(life, (given) => {
        const untraced = live(name, given);
        const traced = live(name, given, undefined, () => ({ summary: "", entries: [] }));
        expect(traced.picks.map(({ id }) => id)).toEqual(untraced.picks.map(({ id }) => id));
        expect(traced.state).toEqual(untraced.state);
        expect(traced.rng).toEqual(untraced.rng);
      }),
      { numRuns: 50 },
    );
  });

  it("explains every candidate exactly once, in a sentence and a reason each", () => {
    fc.assert(
      fc.property(life, (given) => {
        // As a driver does, every candidate is a member with a weight of its own.
        const members = given.members.map((each) => (each > 0 ? each : 1));
        for (const { id, request, trace } of live(name, { ...given, members }, undefined, () => ({
          summary: "",
          entries: [],
        })).picks) {
          if (id === undefined) continue;
          const explained = trace!.entries.map((entry) => entry.endpoint);
          expect(explained.slice(0, request.candidates.length)).toEqual(request.candidates.map((each) => each.id));
          expect(new Set(explained).size).toBe(explained.length);
          expect(trace!.summary).toContain(id);
          for (const { reason, score } of trace!.entries) {
            expect(reason).toMatch(/^\S.*\S$/);
            expect(reason).not.toMatch(/NaN|undefined/);
            expect(score).not.toBeNaN();
          }
        }
      }),
      { numRuns: 50 },
    );
  });

  it("picks newcomers after update, and nobody who left", () => {
    const before = weighted({ a: 1, b: 1, c: 1 });
    const after = weighted({ b: 1, c: 1, d: 1 });
    const { state, env, pick } = start(name, before, name === "first" ? { capacity: 1 } : {});
    for (let i = 0; i < 20; i++) pick(requestFor(before, `k${i}`));
    algorithm.update(state, after, env);
    const picked = new Set<EndpointId | undefined>();
    for (let i = 0; i < 200; i++) {
      const id = pick(requestFor(after, `k${i}`));
      picked.add(id);
      after.find((each) => each.id === id)!.inFlight++;
    }
    expect(picked).toEqual(new Set(["b", "c", "d"]));
  });

  it("is undisturbed by an update that changes nothing", () => {
    const members = weighted({ a: 5, b: 2, c: 1 });
    const updated = start(name, members);
    const left = start(name, members);
    const request = requestFor(members, "k");
    for (let i = 0; i < 30; i++) {
      algorithm.update(updated.state, weighted({ a: 5, b: 2, c: 1 }), updated.env);
      expect(updated.pick(request)).toBe(left.pick(request));
    }
  });

  if (algorithm.weights === "ignored") {
    it("ignores weights, as it declares", () => {
      const alike = weighted({ a: 1, b: 1, c: 1 });
      const unlike = weighted({ a: 9, b: 0.1, c: 3 });
      const one = start(name, alike);
      const other = start(name, unlike);
      for (let i = 0; i < 30; i++) expect(one.pick(requestFor(alike, "k"))).toBe(other.pick(requestFor(unlike, "k")));
    });
  }

  if (algorithm.weights === "used") {
    it("uses weights, as it declares", () => {
      const members = weighted({ a: 1, b: 9 });
      const { pick } = start(name, members, name === "first" ? { capacity: 3 } : {});
      const counts = { a: 0, b: 0 };
      // 30 in flight: by weight 3 and 27; whoever ignores weights puts 15 on each.
      for (let i = 0; i < 30; i++) {
        const id = pick(requestFor(members, `k${i}`)) as "a" | "b";
        counts[id]++;
        members.find((each) => each.id === id)!.inFlight++;
      }
      expect(counts.a).toBeLessThan(counts.b / 2);
    });
  }

  if (algorithm.signals.includes("key")) {
    it("places a missing key where the empty key belongs, always", () => {
      const members = fleet(10);
      const { pick } = start(name, members);
      const place = pick(requestFor(members, ""));
      for (let i = 0; i < 20; i++) expect(pick(requestFor(members))).toBe(place);
    });
  }

  if (algorithm.signals.includes("key")) {
    it("places a key alike whatever the order of the members", () => {
      const members = fleet(10);
      const reversed = members.toReversed();
      const one = start(name, members);
      const other = start(name, reversed);
      for (let i = 0; i < 200; i++) {
        expect(other.pick(requestFor(reversed, `k${i}`))).toBe(one.pick(requestFor(members, `k${i}`)));
      }
    });
  }

  if (algorithm.signals.includes("key")) {
    it("moves only the keys of an endpoint that is lost, and spreads them", () => {
      const members = fleet(8);
      const lost = members[3]!.id;
      const healthy = members.filter((each) => each.id !== lost);
      const { pick } = start(name, members);
      const heirs = new Set<EndpointId | undefined>();
      let moved = 0;
      for (let i = 0; i < 4000; i++) {
        const before = pick(requestFor(members, `k${i}`));
        const after = pick(requestFor(healthy, `k${i}`));
        if (before !== lost) expect(after).toBe(before);
        else {
          moved++;
          heirs.add(after);
        }
      }
      expect(moved).toBeGreaterThan(0);
      expect(heirs.size).toBe(7);
    });
  }
});
