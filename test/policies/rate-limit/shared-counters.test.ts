import { describe, expect, it } from "vitest";
import type { StateConnection } from "../../../src/exchange/state-connection.ts";
import type { Charge, CountedRule } from "../../../src/policies/rate-limit/counter-store.ts";
import { MemoryCounters } from "../../../src/policies/rate-limit/memory-counters.ts";
import { rateLimit } from "../../../src/policies/rate-limit/policy.ts";
import { SharedCounters } from "../../../src/policies/rate-limit/shared-counters.ts";
import { policyDeps, policyExchange } from "../support.ts";

interface Asked {
  readonly keys: readonly string[];
  readonly args: readonly (string | number)[];
  readonly answer: (value: unknown) => void;
}

/** A store that answers when it is told to. */
function fakeState() {
  const asked: Asked[] = [];
  const state = {
    isUp: true,
    eval: (_: unknown, keys: readonly string[], args: readonly (string | number)[]) =>
      new Promise<unknown>((answer) => asked.push({ keys, args, answer })),
  };
  return { asked, state: state as typeof state & StateConnection };
}

const RULE: CountedRule = {
  id: "r",
  algorithm: "fixed-window",
  quota: { limit: 2, window: 1_000, capacity: 2 },
  enforced: true,
};
const charge = (key: string, rule = RULE): Charge => ({ rule, key });
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("counters that gateways share", () => {
  it("ask once for all that come in one turn, each subject named once", async () => {
    const { asked, state } = fakeState();
    const counters = new SharedCounters({ state, own: new MemoryCounters() });
    const shadow: CountedRule = { ...RULE, id: "s", enforced: false };
    const all = [[charge("a"), charge("a", shadow)], [charge("b")], [charge("a")]].map((each) =>
      counters.take(each, 0),
    );
    expect(asked).toEqual([]);
    await turn();
    expect(asked).toHaveLength(1);
    const [{ keys, args, answer }] = asked as [Asked];
    expect(keys).toHaveLength(3);
    // The store's time; three subjects; then the requests, a rule that is not enforced with a minus.
    const subject = ["f", 2, 1_000, 2];
    expect(args).toEqual(["", ...subject, ...subject, ...subject, 2, 1, -2, 1, 3, 1, 1]);
    answer([500, 1, 400, 0, 0, 0, 400, 2, 0, 1, 500, 0, 0, 1, 400, 1, 0]);
    const standings = await Promise.all(all.map(async (each) => each));
    expect(standings.map((each) => each.map(({ allowed, remaining }) => [allowed, remaining]))).toEqual([
      [
        [true, 1],
        [false, 0],
      ],
      [[true, 1]],
      [[true, 0]],
    ]);
  });

  it("ask earlier where many come at once", async () => {
    const { asked, state } = fakeState();
    const counters = new SharedCounters({ state, own: new MemoryCounters() });
    for (let i = 0; i < 450; i++) void counters.take([charge(`192.0.2.${i}`)], 0);
    expect(asked.map(({ keys }) => keys.length)).toEqual([200, 200]);
    await turn();
    expect(asked.map(({ keys }) => keys.length)).toEqual([200, 200, 50]);
    void counters.take([charge("a")], 0);
    await turn();
    expect(asked).toHaveLength(4);
  });

  it("count here, at once and without a promise, while the store is gone", () => {
    const { asked, state } = fakeState();
    const fallbacks = { value: 0 };
    const counters = new SharedCounters({ state, own: new MemoryCounters(), fallbacks });
    state.isUp = false;
    const allowed = [0, 1, 2].map((now) => {
      const standings = counters.take([charge("a")], now);
      if (standings instanceof Promise) throw new Error("a promise");
      return standings[0]?.allowed;
    });
    expect([allowed, fallbacks.value, asked]).toEqual([[true, true, false], 3, []]);
  });

  it.each([
    ["no answer", undefined],
    ["half an answer", [500, 1, 2, 3, 4]],
    ["another answer", "OK"],
  ])("count here what the store gives %s to, each request for itself", async (_, answer) => {
    const { asked, state } = fakeState();
    const fallbacks = { value: 0 };
    const counters = new SharedCounters({ state, own: new MemoryCounters(), fallbacks });
    const all = ["a", "a", "b", "a"].map((key) => counters.take([charge(key)], 7));
    await turn();
    asked[0]?.answer(answer);
    const standings = await Promise.all(all.map(async (each) => each));
    expect(standings.map(([one]) => [one?.allowed, one?.remaining])).toEqual([
      [true, 1],
      [true, 0],
      [true, 1],
      [false, 0],
    ]);
    expect(fallbacks.value).toBe(4);
  });
});

describe("rateLimit with a store", () => {
  const rules = rateLimit.schema.parse({ limit: 1, window: "1s", algorithm: "fixed-window" });

  it("waits for the store's word, and refuses by it", async () => {
    const { asked, state } = fakeState();
    const policy = rateLimit.create(rules, policyDeps({ state }));
    const first = policy.onRequest?.(policyExchange());
    const second = policy.onRequest?.(policyExchange());
    expect([first, second]).toEqual([expect.any(Promise), expect.any(Promise)]);
    await turn();
    asked[0]?.answer([50, 1, 50, 0, 0, 0, 50, 1, 0]);
    expect(await first).toBeUndefined();
    expect(await second).toMatchObject({ code: "GW0506", fields: [["retry-after", "1"]] });
  });

  it("says nothing to a client that has gone meanwhile", async () => {
    const { asked, state } = fakeState();
    const policy = rateLimit.create(rules, policyDeps({ state }));
    const exchange = policyExchange();
    const verdict = policy.onRequest?.(exchange);
    await turn();
    policy.onFinish?.(exchange);
    asked[0]?.answer([50, 0, 50, 1, 0]);
    expect(await verdict).toBeUndefined();
    expect(exchange.responseFields.made).toEqual([]);
  });

  it("says in a metric for how many it did without", () => {
    const { state } = fakeState();
    state.isUp = false;
    const counted: Record<string, { value: number }> = {};
    const counter = (name: string, labels: object) => (counted[`${name} ${JSON.stringify(labels)}`] ??= { value: 0 });
    const policy = rateLimit.create(rules, policyDeps({ state, counter }));
    expect(policy.onRequest?.(policyExchange())).toBeUndefined();
    expect(counted['gatewayctl_state_fallbacks_total {"policy":"rateLimit"}']).toEqual({ value: 1 });
  });
});
