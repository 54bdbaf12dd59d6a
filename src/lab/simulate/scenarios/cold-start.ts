import { defineScenario } from "../scenario.ts";
import { LIVE_RETRY } from "./live-retry.ts";

export const coldStart = defineScenario({
  name: "cold-start",
  summary: "endpoints that have just come up are slow at first",
  purpose: "Empty caches and code not yet compiled: who is given how much while it works at a quarter of its speed.",
  endpoints: [
    { count: 7, speed: 1 },
    { count: 3, speed: 1, outages: { every: 8000, for: 500 }, warmUp: { for: 4000, speed: 0.25 } },
  ],
  load: 0.6,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 80_000,
  replications: 8,
  conditions: { gateway: { retry: LIVE_RETRY } },
});
