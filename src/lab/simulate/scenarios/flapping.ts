import { defineScenario } from "../scenario.ts";
import { LIVE_RETRY } from "./live-retry.ts";

export const flapping = defineScenario({
  name: "flapping",
  summary: "two of ten endpoints crash again and again",
  purpose:
    "A process that is restarted every few seconds: what its crashes cost, with the retries that are the default.",
  endpoints: [
    { count: 8, speed: 1 },
    { count: 2, speed: 1, outages: { every: 4000, for: 1000 } },
  ],
  load: 0.6,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 80_000,
  replications: 8,
  conditions: { gateway: { retry: LIVE_RETRY, timeout: 30_000 } },
});
