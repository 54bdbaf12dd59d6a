import { describe, expect, it } from "vitest";
import type { Answer } from "../../../src/exchange/answer.ts";
import type { Policy, PolicyDeps } from "../../../src/policies/policy.ts";
import type { CounterStore } from "../../../src/policies/rate-limit/counter-store.ts";
import { MemoryCounters } from "../../../src/policies/rate-limit/memory-counters.ts";
import { COUNTERS, rateLimit } from "../../../src/policies/rate-limit/policy.ts";
import { rateLimitSchema } from "../../../src/policies/rate-limit/schema.ts";
import { type ExchangeOptions, policyDeps, policyExchange, type RecordedExchange } from "../support.ts";

/** A place with rules and a clock of its own. */
function create(rules: object, deps: Partial<PolicyDeps> = {}) {
  const time = { now: 0 };
  const all = policyDeps({ clock: { now: () => time.now }, ...deps });
  const policy: Policy = rateLimit.create(rateLimitSchema.parse(rules), all);
  const ask = (options: ExchangeOptions = {}): { exchange: RecordedExchange; answer: Answer | undefined } => {
    const exchange = policyExchange(options);
    const answer = policy.onRequest?.(exchange);
    if (answer instanceof Promise) throw new Error("it waits");
    return { exchange, answer };
  };
  const passed = (count: number, options: ExchangeOptions = {}): number =>
    Array.from({ length: count }, () => ask(options)).filter(({ answer }) => answer === undefined).length;
  return { policy, ask, passed, time, deps: all };
}

describe("rateLimit", () => {
  it("lets the limit pass and refuses with when to come again", () => {
    const { ask, passed } = create({ limit: 3, window: "1m" });
    expect(passed(3)).toBe(3);
    expect(ask().answer).toEqual({
      kind: "problem",
      code: "GW0506",
      detail: "No more than 3 requests per 1m by ip.",
      fields: [["retry-after", "20"]],
    });
  });

  it("never says that one may come again at once", () => {
    const { ask } = create({ limit: 1, window: "10ms" });
    ask();
    expect(ask().answer).toMatchObject({ fields: [["retry-after", "1"]] });
  });

  it("names the rule that takes longest, of those that deny", () => {
    const { ask } = create([
      { limit: 1, window: "1s", algorithm: "fixed-window" },
      { limit: 1, window: "1h", algorithm: "fixed-window" },
    ]);
    ask();
    expect(ask().answer).toMatchObject({
      detail: "No more than 1 request per 1h by ip.",
      fields: [["retry-after", "3600"]],
    });
  });

  it("tells by the fields of the IETF draft how it stands, on every answer", () => {
    const { ask, time } = create({ limit: 2, window: "1m", algorithm: "fixed-window" });
    const told = () => {
      const { exchange } = ask();
      return [exchange.responseFields.get("ratelimit-policy"), exchange.responseFields.get("ratelimit")];
    };
    expect(told()).toEqual(['"default";q=2;w=60', '"default";r=1;t=60']);
    time.now = 12_345;
    expect(told()).toEqual(['"default";q=2;w=60', '"default";r=0;t=48']);
    expect(told()).toEqual(['"default";q=2;w=60', '"default";r=0;t=48']);
  });

  it("names several rules, leaves out a window that is no whole second, and adds to what is there", () => {
    const { ask } = create([
      { limit: 10, window: "1s", by: "ip" },
      { limit: 5, window: "1500ms", by: "ip" },
      { limit: 7, window: "1h", by: "route", name: "hourly" },
      { limit: 9, window: "1h", headers: "none" },
    ]);
    const { made } = ask().exchange.responseFields;
    expect(made).toEqual([
      ["ratelimit-policy", '"ip";q=10;w=1, "ip-2";q=5, "hourly";q=7;w=3600'],
      ["ratelimit", '"ip";r=9;t=1, "ip-2";r=4;t=1, "hourly";r=6;t=515'],
    ]);
  });

  it("tells the older fields of the rule with the least left", () => {
    const { ask } = create([
      { limit: 10, window: "1m", headers: "legacy", algorithm: "fixed-window" },
      { limit: 3, window: "1h", headers: "legacy", algorithm: "fixed-window" },
    ]);
    expect(ask().exchange.responseFields.made).toEqual([
      ["x-ratelimit-limit", "3"],
      ["x-ratelimit-remaining", "2"],
      ["x-ratelimit-reset", "3600"],
    ]);
  });

  it("tells the tighter of two places", () => {
    const narrow = create({ limit: 2, window: "1m", headers: "legacy" });
    const wide = create({ limit: 9, window: "1m", headers: "legacy", by: "consumer" });
    const remaining = (...places: (typeof narrow)[]) => {
      const exchange = policyExchange();
      for (const { policy } of places) void policy.onRequest?.(exchange);
      return exchange.responseFields.get("x-ratelimit-remaining");
    };
    expect(remaining(narrow, wide)).toBe("1");
    expect(remaining(wide, narrow)).toBe("0");
  });

  it("in shadow mode denies nobody, tells nobody, and counts whom it would have denied", () => {
    const counted = new Map<string, { value: number }>();
    const counter = (name: string, labels: object) => {
      const one = { value: 0 };
      counted.set(`${name}${JSON.stringify(labels)}`, one);
      return one;
    };
    const { passed, ask } = create([{ limit: 2, window: "1m", mode: "shadow" }], { counter });
    expect(passed(5)).toBe(5);
    expect(ask().exchange.responseFields.made).toEqual([]);
    expect([...counted]).toEqual([
      ['gatewayctl_rate_limited_total{"route":"orders","rule":"default","mode":"shadow"}', { value: 4 }],
    ]);
  });

  it("counts what was refused, too", () => {
    const one = { value: 0 };
    const { passed } = create({ limit: 2, window: "1m" }, { counter: () => one });
    passed(7);
    expect(one.value).toBe(5);
  });

  it("charges a request that one rule denies to none", () => {
    const { passed, time } = create([
      { limit: 1, window: "1s", algorithm: "fixed-window" },
      { limit: 3, window: "1h", algorithm: "fixed-window" },
    ]);
    passed(50);
    time.now = 1_000;
    expect(passed(1)).toBe(1);
    time.now = 2_000;
    expect(passed(1)).toBe(1);
    time.now = 3_000;
    expect(passed(1)).toBe(0);
  });

  it("keeps its counts over a reload, unless the rule has become another one", () => {
    const first = create({ limit: 3, window: "1m" });
    first.passed(2);
    const reload = (rules: object) => create(rules, { shared: first.deps.shared }).passed(5);
    expect(
      reload([
        { limit: 3, window: "1m", headers: "none" },
        { limit: 100, window: "1h" },
      ]),
    ).toBe(1);
    first.policy.close?.();
    expect(reload({ limit: 3, window: "1m" })).toBe(0);
    expect(reload({ limit: 4, window: "1m" })).toBe(4);
  });

  it("counts a rule of its route for that route, and a global one for all of them", () => {
    const { shared } = policyDeps();
    const on = (routeName: string, declared: "route" | "global", by = "ip") =>
      create({ limit: 2, window: "1m", by }, { shared, routeName, declared }).passed(3);
    expect([on("a", "route"), on("b", "route"), on("c", "global"), on("d", "global")]).toEqual([2, 2, 2, 0]);
    expect([
      on("a", "route", "service"),
      on("b", "route", "service"),
      on("a", "route", "global"),
      on("b", "route", "global"),
    ]).toEqual([2, 0, 2, 0]);
  });

  it("tells equal rules of one place apart", () => {
    const { passed } = create([
      { limit: 2, window: "1m" },
      { limit: 2, window: "1m" },
    ]);
    expect(passed(5)).toBe(2);
  });

  it("explains without counting", () => {
    const { policy, passed } = create([
      { limit: 3, window: "1m" },
      { limit: 1, window: "1s", mode: "shadow" },
    ]);
    const explain = () => policy.explain(policyExchange());
    expect(explain()).toEqual({
      verdict: "unknown",
      reason: "3 requests per 1m by ip (token-bucket); shadow: 1 request per 1s by ip (token-bucket)",
    });
    passed(1);
    for (let i = 0; i < 10; i++) explain();
    expect(explain().reason).toBe(
      "3 requests per 1m by ip (token-bucket), 2 left; shadow: 1 request per 1s by ip (token-bucket), 0 left",
    );
    expect(passed(3)).toBe(2);
  });

  it("of rules in shadow mode alone is sure that the request passes", () => {
    const { policy } = create({ limit: 3, window: "1m", mode: "shadow" });
    expect(policy.explain(policyExchange()).verdict).toBe("pass");
  });

  it("holds back who comes early, until it is its turn or the client has gone", async () => {
    const { policy, ask } = create({ limit: 50, window: "1s", burst: 2, algorithm: "leaky-bucket" });
    ask();
    const [second, third] = [policyExchange(), policyExchange()];
    const order: string[] = [];
    const begun = performance.now();
    const waits = Promise.resolve(policy.onRequest?.(second)).then((answer) => order.push(`second ${typeof answer}`));
    const other = Promise.resolve(policy.onRequest?.(third)).then((answer) => order.push(`third ${typeof answer}`));
    expect(ask().answer).toMatchObject({ code: "GW0506" });
    policy.onFinish?.(third);
    await other;
    await waits;
    // 20 ms each; timers may be a millisecond early.
    expect(performance.now() - begun).toBeGreaterThan(18);
    expect(order).toEqual(["third undefined", "second undefined"]);
  });
});

describe("rateLimit by counts that another process keeps", () => {
  /** A store that answers later. */
  function createLater(rules: object) {
    const store = new MemoryCounters();
    const later: CounterStore = {
      take: async (charges, now) => {
        const asked = charges.map(({ rule, key }) => ({ rule, key }));
        await Promise.resolve();
        return store.take(asked, now).map((standing) => ({ ...standing }));
      },
      look: () => undefined,
      open: (rule, now) => store.open(rule, now),
      release: (rule) => store.release(rule),
    };
    const { shared } = policyDeps();
    shared(COUNTERS, () => later);
    return create(rules, { shared }).policy;
  }

  it("decides as it does by its own", async () => {
    const policy = createLater({ limit: 2, window: "1m" });
    const asked = Array.from({ length: 20 }, async (_, i) =>
      policy.onRequest?.(policyExchange({ clientIp: `10.0.0.${i % 2}` })),
    );
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(4);
  });

  it("holds nobody back who has gone while it was asked", async () => {
    const policy = createLater({ limit: 1, window: "1h", algorithm: "leaky-bucket" });
    await policy.onRequest?.(policyExchange());
    const exchange = policyExchange();
    const verdict = policy.onRequest?.(exchange);
    policy.onFinish?.(exchange);
    expect(await verdict).toBeUndefined();
  });
});

describe("the names of rules", () => {
  it("differ", () => {
    const names = (rules: object) => rateLimitSchema.parse(rules).map(({ name }) => name);
    const rule = { limit: 1, window: "1s" };
    expect(names(rule)).toEqual(["default"]);
    expect(names([rule, rule, { ...rule, name: "ip-2" }, { ...rule, by: 'claim:a "b"' }])).toEqual([
      "ip",
      "ip-3",
      "ip-2",
      "claim:a__b_",
    ]);
    expect(
      rateLimitSchema.safeParse([
        { ...rule, name: "a" },
        { ...rule, name: "a" },
      ]).success,
    ).toBe(false);
    expect(rateLimitSchema.safeParse({ ...rule, name: 'a"b' }).success).toBe(false);
    expect(rateLimitSchema.safeParse({ limit: 1, window: "0s" }).success).toBe(false);
  });
});
