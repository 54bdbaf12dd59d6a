import { defineScenario } from "../../../../src/lab/simulate/scenario.ts";

/** Three endpoints of different speed and weight, busy enough that queues, ties and measured latencies all come up. */
export const SMALL = defineScenario({
  name: "tape",
  summary: "three endpoints, one of them slow, one of them heavy",
  purpose: "Small enough to be read, and every algorithm has a reason to choose.",
  endpoints: [
    { count: 1, speed: 1, id: "http://localhost:4001" },
    { count: 1, speed: 0.5, id: "http://localhost:4002" },
    { count: 1, speed: 2, weight: 2, id: "http://localhost:4003" },
  ],
  load: 0.8,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 20, skew: 1 },
  requests: 1000,
  replications: 1,
});

/** The same, where endpoints crash, are put aside, come back slowly, and requests are tried again. */
export const TROUBLED = defineScenario({
  ...SMALL,
  name: "troubled",
  endpoints: [
    { count: 2, speed: 1 },
    { count: 1, speed: 1, errors: 0.2 },
    { count: 1, speed: 2, weight: 2, outages: { every: 300, for: 100 } },
  ],
  conditions: {
    gateway: {
      retry: { attempts: 2, on: ["connect-failure", "reset", 503], budget: 0.5, backoff: 5, nonIdempotent: false },
      outlier: { consecutiveErrors: 2, ejectFor: 200, maxEjectFor: 200, maxEjected: 0.5, successRate: false },
      slowStart: 400,
      timeout: 500,
    },
  },
});
