import { describe, expect, it, onTestFinished } from "vitest";
import { createState } from "../../../src/gateway/state/create-state.ts";
import { RATE_ALGORITHMS, type RateAlgorithmName } from "../../../src/policies/rate-limit/algorithms/index.ts";
import type { Standing } from "../../../src/policies/rate-limit/algorithms/rate-algorithm.ts";
import type { Charge, CountedRule, CounterStore } from "../../../src/policies/rate-limit/counter-store.ts";
import { MemoryCounters } from "../../../src/policies/rate-limit/memory-counters.ts";
import { SharedCounters } from "../../../src/policies/rate-limit/shared-counters.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createRng, nextFloat, type Rng } from "../../../src/shared/rng.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";

const ALGORITHMS = Object.keys(RATE_ALGORITHMS) as RateAlgorithmName[];

/** Nothing is to be counted in memory here. */
const NOBODY: CounterStore = {
  take: () => {
    throw new Error("it was not counted in Redis");
  },
  look: () => undefined,
  open: () => {},
  release: () => {},
};

async function sharedCounters(time: { now: number }) {
  const { url } = await startRedis();
  const state = createState(url, systemClock, 1, undefined);
  if (state === undefined) throw new Error("no state");
  onTestFinished(() => state.close());
  await state.start();
  return { state, shared: new SharedCounters({ state, own: NOBODY, time: () => time.now }) };
}

const whole = (rng: Rng, from: number, to: number): number => from + Math.floor(nextFloat(rng) * (to - from + 1));
const pick = <T>(rng: Rng, list: readonly T[]): T => list[whole(rng, 0, list.length - 1)] as T;

/** Windows are so long that nothing expires while the test runs, in which time goes as fast as it likes. */
function randomRule(rng: Rng, algorithm: RateAlgorithmName, i: number): CountedRule {
  const quota = { limit: whole(rng, 1, 8), window: whole(rng, 60_000, 90_000), capacity: whole(rng, 1, 8) };
  return { id: `${algorithm} ${i}`, algorithm, quota, enforced: nextFloat(rng) < 0.7 };
}

function randomCharges(rng: Rng, rules: readonly CountedRule[]): Charge[] {
  const count = whole(rng, 1, 3);
  const chosen = new Set(Array.from({ length: count }, () => pick(rng, rules)));
  return [...chosen].map((rule) => ({ rule, key: pick(rng, ["192.0.2.1", "2001:db8::/64", "=a secret", ""]) }));
}

const copies = (standings: readonly Standing[]): Standing[] => standings.map((each) => ({ ...each }));

describe.skipIf(noRedis !== undefined)("counters in Redis", () => {
  it.each(ALGORITHMS)("agree with those in memory, request by request: %s", async (algorithm) => {
    const time = { now: 1_700_000_000_000 };
    const { shared } = await sharedCounters(time);
    const memory = new MemoryCounters();
    const rng = createRng(`agreement ${algorithm}`);
    const rules = Array.from({ length: 4 }, (_, i) => randomRule(rng, algorithm, i));
    const seen = { allowed: 0, denied: 0, delayed: 0 };
    for (let i = 0; i < 600; i++) {
      // Mostly on, sometimes for more than two windows, and sometimes back.
      const step = nextFloat(rng);
      time.now +=
        step < 0.03 ? -whole(rng, 1, 5_000) : step < 0.05 ? whole(rng, 60_000, 200_000) : whole(rng, 0, 2_500);
      const charges = randomCharges(rng, rules);
      const expected = copies(memory.take(charges, time.now));
      expect(await shared.take(charges, -1), `request ${i}`).toEqual(expected);
      for (const { allowed, delayMs } of expected) {
        seen[allowed ? "allowed" : "denied"]++;
        if (delayMs > 0) seen.delayed++;
      }
    }
    // The sequence is worth something: it has both, and leaky buckets hold back.
    expect(seen.allowed).toBeGreaterThan(200);
    expect(seen.denied).toBeGreaterThan(100);
    expect(seen.delayed > 0).toBe(algorithm === "leaky-bucket");
  });

  it("agree for all that come at once, in the order in which they come", async () => {
    const time = { now: 1_700_000_000_000 };
    const { shared } = await sharedCounters(time);
    const memory = new MemoryCounters();
    const rng = createRng("at once");
    const rules = ALGORITHMS.map((algorithm, i) => randomRule(rng, algorithm, i));
    for (let round = 0; round < 20; round++) {
      time.now += whole(rng, 0, 30_000);
      const all = Array.from({ length: 150 }, () => randomCharges(rng, rules));
      const expected = all.map((charges) => copies(memory.take(charges, time.now)));
      expect(await Promise.all(all.map(async (charges) => shared.take(charges, -1)))).toEqual(expected);
    }
  });

  it("read charges at once: they are used again for the next request", async () => {
    const { shared } = await sharedCounters({ now: 1 });
    const quota = { limit: 1, window: 60_000, capacity: 1 };
    const charge = { rule: { id: "one", algorithm: "fixed-window", quota, enforced: true } as const, key: "a" };
    const first = shared.take([charge], 0);
    charge.key = "b";
    const second = shared.take([charge], 0);
    expect((await first)[0]?.allowed).toBe(true);
    expect((await second)[0]?.allowed).toBe(true);
    charge.key = "a";
    expect((await shared.take([charge], 0))[0]?.allowed).toBe(false);
  });

  it("keep fractions of a millisecond exact", async () => {
    const time = { now: 10_000 };
    const { shared } = await sharedCounters(time);
    const memory = new MemoryCounters();
    const quota = { limit: 3, window: 60_000.5, capacity: 3 };
    const rules = ALGORITHMS.map((algorithm) => ({ id: algorithm, algorithm, quota, enforced: false }));
    for (let i = 0; i < 30; i++) {
      time.now += 7_001;
      const charges = rules.map((rule) => ({ rule, key: "" }));
      expect(await shared.take(charges, -1)).toEqual(copies(memory.take(charges, time.now)));
    }
  });

  it("take the store's own time, in which a window ends; then nothing is left of it there", async () => {
    const { state } = await sharedCounters({ now: 0 });
    const shared = new SharedCounters({ state, own: NOBODY });
    const quota = { limit: 1, window: 150, capacity: 1 };
    const charges = [{ rule: { id: "short", algorithm: "fixed-window", quota, enforced: true } as const, key: "a" }];
    const passes = async (): Promise<boolean> => (await shared.take(charges, 0))[0]?.allowed ?? false;
    const begun = performance.now();
    expect([await passes(), await passes()]).toEqual([true, false]);
    while (!(await passes())) expect(performance.now() - begun).toBeLessThan(5_000);
    // It began there a little later than here; its own ms are whole.
    expect(performance.now() - begun).toBeGreaterThan(148);
    const keys = { lua: "return redis.call('keys', '*limits*')", sha1: "0".repeat(40) };
    expect(await state.eval(keys, [], [])).toHaveLength(1);
    while (((await state.eval(keys, [], [])) as unknown[]).length > 0) {
      expect(performance.now() - begun).toBeLessThan(10_000);
    }
  });

  it("write down addresses, and of what clients say no more than a digest", async () => {
    const { state, shared } = await sharedCounters({ now: 1 });
    const quota = { limit: 9, window: 60_000, capacity: 9 };
    const rule = { id: "r", algorithm: "token-bucket", quota, enforced: true } as const;
    for (const key of ["192.0.2.1", "ip 2001:db8::/64", "=my-api-key", "sub=ann", ""])
      await shared.take([{ rule, key }], 0);
    const keys = (await state.eval(
      { lua: "return redis.call('keys', '*limits*')", sha1: "0".repeat(40) },
      [],
      [],
    )) as string[];
    const subjects = keys.map((key) => /^gatewayctl:\{limits\}:[\w-]{16}:(.*)$/.exec(key)?.[1] ?? key).sort();
    expect(subjects).toEqual([
      "",
      expect.stringMatching(/^#[\w-]{43}$/),
      expect.stringMatching(/^#[\w-]{43}$/),
      "192.0.2.1",
      "ip 2001:db8::/64",
    ]);
  });
});
