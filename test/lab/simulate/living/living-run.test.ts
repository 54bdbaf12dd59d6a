import { describe, expect, it } from "vitest";
import { ALGORITHMS, findAlgorithm } from "../../../../src/balancing/index.ts";
import type { Conditions } from "../../../../src/lab/simulate/living/conditions.ts";
import { LivingRun } from "../../../../src/lab/simulate/living/living-run.ts";
import { buildModel, isPlain } from "../../../../src/lab/simulate/model.ts";
import { createRun, plainSimulation, type Simulation } from "../../../../src/lab/simulate/run.ts";
import { defineScenario, type EndpointGroup } from "../../../../src/lab/simulate/scenario.ts";
import { meanOf, percentile } from "../../../../src/shared/histogram.ts";
import type { RetrySpec } from "../../../../src/upstream/schema/retry.ts";

interface Setting {
  readonly endpoints?: readonly EndpointGroup[];
  readonly conditions?: Conditions;
  readonly load?: number;
  readonly serviceTime?: string;
  readonly arrivals?: string;
}

function modelOf(setting: Setting) {
  return buildModel(
    defineScenario({
      name: "living",
      summary: "endpoints to which something happens",
      purpose: "Small enough to know what must come of it.",
      endpoints: [{ count: 4, speed: 1 }],
      load: 0.5,
      serviceTime: "exp:10ms",
      arrivals: "poisson",
      keys: { count: 100, skew: 1 },
      requests: 4000,
      replications: 1,
      ...setting,
    }),
  );
}

function contender(name: string) {
  const algorithm = findAlgorithm(name);
  if (algorithm === undefined) throw new Error(name);
  return { algorithm, options: algorithm.options.parse({}) };
}

function finish<S extends Simulation>(run: S): S {
  while (!run.advance(700));
  return run;
}

function live(setting: Setting, algorithm = "round-robin", requests = 4000): Simulation {
  return finish(new LivingRun(modelOf(setting), contender(algorithm), requests, "seed"));
}

const RETRY: RetrySpec = {
  attempts: 2,
  on: ["connect-failure", "reset", 503],
  budget: 0.2,
  backoff: 25,
  nonIdempotent: false,
};
const two = (second: Partial<EndpointGroup>): readonly EndpointGroup[] => [
  { count: 3, speed: 1 },
  { count: 1, speed: 1, ...second },
];

describe("a living run", () => {
  it.each(ALGORITHMS.map(({ name }) => name))("in which nothing happens is the plain run, under %s", (name) => {
    const model = modelOf({
      endpoints: [
        { count: 3, speed: 1 },
        { count: 2, speed: 2, weight: 2 },
      ],
      load: 0.8,
    });
    expect(isPlain(model)).toBe(true);
    const plain = finish(plainSimulation(createRun(model, contender(name), 3000, "s"))).measures;
    const living = finish(new LivingRun(model, contender(name), 3000, "s")).measures;
    expect(living.responseTimes).toEqual(plain.responseTimes);
    expect(living.requests).toEqual(plain.requests);
    expect([living.finished, living.maxQueue, living.fromMs, living.toMs]).toEqual([
      plain.finished,
      plain.maxQueue,
      plain.fromMs,
      plain.toMs,
    ]);
    living.busyMs.forEach((ms, i) => expect(ms).toBeCloseTo(plain.busyMs[i] ?? 0, 6));
    living.offeredMs.forEach((ms, i) => expect(ms).toBeCloseTo(plain.offeredMs[i] ?? 0, 6));
  });

  it("gives the same figures for the same seed whatever happens", () => {
    const setting: Setting = {
      endpoints: two({ outages: { every: 500, for: 200 }, pauses: { every: 300, for: 20 }, errors: 0.1 }),
      conditions: {
        gateway: { retry: RETRY, hedge: { after: { percentile: 0.95 } }, timeout: 300 },
        network: "exp:1ms",
      },
    };
    expect(live(setting, "p2c").measures).toEqual(live(setting, "p2c").measures);
  });
});

describe("what endpoints go through", () => {
  it("costs answers when they crash, and none where lost requests are tried elsewhere", () => {
    const endpoints = two({ outages: { every: 1000, for: 500 } });
    const careless = live({ endpoints }).measures;
    expect(careless.errors).toBeGreaterThan(5);
    const careful = live({ endpoints, conditions: { gateway: { retry: RETRY } } }).measures;
    expect(careful.errors).toBe(0);
    expect(careful.responseTimes.count).toBe(3600);
    // It is put aside once a connection is refused, so that it gets fewer than its quarter.
    expect(careful.requests[3]).toBeLessThan(0.9 * (careful.requests[0] ?? 0));
  });

  it("is refused where the line is full, and answered where it is tried elsewhere", () => {
    const endpoints: readonly EndpointGroup[] = [{ count: 4, speed: 1, queue: 0 }];
    // Erlang's loss: an endpoint with load a refuses a / (1 + a) of Poisson arrivals, at 0.5 a third.
    const { errors, responseTimes } = live({ endpoints }, "random").measures;
    expect(errors / (errors + responseTimes.count)).toBeCloseTo(1 / 3, 1);
    const tried = live({ endpoints, conditions: { gateway: { retry: { ...RETRY, budget: 1 } } } }, "random").measures;
    // Three tries, each of which meets more load than one alone would: far fewer, though not a ninth.
    expect(tried.errors).toBeLessThan(errors / 3);
  });

  it("adds stops to what is being done, and to nothing else", () => {
    const calm = live({ serviceTime: "const:10ms", arrivals: "constant", load: 0.1 });
    expect(calm.measures.responseTimes.max).toBe(10);
    const endpoints: readonly EndpointGroup[] = [{ count: 4, speed: 1, pauses: { every: 1000, for: 50 } }];
    const { responseTimes } = live({ endpoints, serviceTime: "const:10ms", arrivals: "constant", load: 0.1 }).measures;
    expect(percentile(responseTimes, 50)).toBeCloseTo(10, 1);
    // At most the whole of a stop, but for those that meet another one (or wait for one that did).
    expect(responseTimes.max).toBeGreaterThan(40);
  });

  it("is slow at first where endpoints warm up", () => {
    const endpoints: readonly EndpointGroup[] = [{ count: 4, speed: 1, warmUp: { for: 1e9, speed: 0.5 } }];
    const { responseTimes } = live({ endpoints, serviceTime: "const:10ms", arrivals: "constant", load: 0.2 }).measures;
    expect(percentile(responseTimes, 50)).toBeCloseTo(20, 0);
  });

  it("works on several at once", () => {
    // Four requests at once at each of four endpoints of constant service: nobody ever waits at half the load of all.
    const setting: Setting = {
      endpoints: [{ count: 4, speed: 1, concurrency: 4 }],
      serviceTime: "const:10ms",
      arrivals: "constant",
    };
    const { measures } = live(setting);
    expect(measures.responseTimes.max).toBe(10);
    expect((measures.busyMs[0] ?? 0) / (measures.toMs - measures.fromMs)).toBeCloseTo(0.5, 2);
  });
});

describe("what the gateway does", () => {
  it("gives up a try when its time is over", () => {
    const slow: Setting = { serviceTime: "const:100ms", load: 0.1 };
    const { errors, responseTimes } = live({ ...slow, conditions: { gateway: { timeout: 50 } } }).measures;
    expect([errors, responseTimes.count]).toEqual([3600, 0]);
  });

  it("puts endpoints aside that fail", () => {
    const endpoints = two({ errors: 1 });
    const before = live({ endpoints }).measures;
    expect(before.errors).toBe(900);
    const outlier = {
      consecutiveErrors: 5,
      ejectFor: 10_000,
      maxEjectFor: 60_000,
      maxEjected: 0.5,
      successRate: false,
    } as const;
    const after = live({ endpoints, conditions: { gateway: { outlier } } }).measures;
    expect(after.errors).toBeLessThan(100);
  });

  it("opens the breaker where nothing works", () => {
    const endpoints: readonly EndpointGroup[] = [{ count: 4, speed: 1, errors: 1 }];
    const breaker = { errorRate: 0.5, minimumRequests: 20, window: 10_000, openFor: 2000, halfOpenRequests: 1 };
    const { errors, requests } = live({ endpoints, conditions: { gateway: { breaker } } }).measures;
    expect(errors).toBe(3600);
    // Hardly any of them came to an endpoint.
    expect(requests.reduce((sum, count) => sum + count, 0)).toBeLessThan(100);
  });

  it("asks a second endpoint when the first is slow", () => {
    const endpoints = two({ pauses: { every: 200, for: 150 } });
    const patient = live({ endpoints, load: 0.2 }, "random").measures;
    const hedged = live({ endpoints, load: 0.2, conditions: { gateway: { hedge: { after: { ms: 40 } } } } }, "random");
    expect(percentile(hedged.measures.responseTimes, 99)).toBeLessThan(percentile(patient.responseTimes, 99) / 1.5);
    expect(hedged.measures.errors).toBe(0);
  });

  it("lets in so many at once, and has so many wait", () => {
    const limits = { requests: 1, pending: 0, queueTimeout: 5000 };
    const { errors, responseTimes, maxQueue } = live({ conditions: { gateway: { limits } } }).measures;
    expect(maxQueue).toBe(1);
    // One at a time where four could: offered load 2 of one server; Erlang's loss refuses 2 / (1 + 2).
    expect(errors / (errors + responseTimes.count)).toBeCloseTo(2 / 3, 1);
    const waiting = live({ conditions: { gateway: { limits: { ...limits, pending: 1000, queueTimeout: 100 } } } });
    expect(percentile(waiting.measures.responseTimes, 99)).toBeLessThan(100 + 80);
    expect(waiting.measures.errors).toBeGreaterThan(1000);
  });

  it("spares an endpoint that starts slowly", () => {
    const endpoints = two({ outages: { every: 300, for: 100 } });
    const share = (slowStart: number): number => {
      const { requests } = live({ endpoints, conditions: { gateway: { retry: RETRY, slowStart } } }).measures;
      return (requests[3] ?? 0) / 3600;
    };
    expect(share(60_000)).toBeLessThan(share(0) / 1.5);
  });

  it("herds where what it knows is old", () => {
    const fresh = live({ load: 0.8 }, "least-conn").measures;
    const stale = live({ load: 0.8, conditions: { staleness: 500 } }, "least-conn").measures;
    expect(meanOf(stale.responseTimes)).toBeGreaterThan(2 * meanOf(fresh.responseTimes));
  });
});

describe("clients", () => {
  it("wait for their answer before they ask again", () => {
    const { maxQueue, responseTimes } = live({
      endpoints: [{ count: 1, speed: 1 }],
      conditions: { clients: { users: 7, think: "const:1ms" } },
    }).measures;
    expect(maxQueue).toBe(7);
    expect(responseTimes.count).toBe(3600);
  });

  it("of long-lived responses wait for their beginning only", () => {
    const { responseTimes } = live({
      endpoints: [{ count: 4, speed: 1, concurrency: 1000 }],
      serviceTime: "const:1s",
      conditions: { answered: "start", network: "const:2ms" },
    }).measures;
    expect(responseTimes.min).toBeCloseTo(2, 6);
    expect(responseTimes.max).toBeCloseTo(2, 6);
  });
});
