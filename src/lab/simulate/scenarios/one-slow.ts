import { defineScenario } from "../scenario.ts";

export const oneSlow = defineScenario({
  name: "one-slow",
  summary: "equal weights, but one endpoint is slower than the others",
  purpose: "What happens every day: one endpoint does less than the others, and nobody has told the gateway.",
  endpoints: [
    { count: 9, speed: 1 },
    { count: 1, speed: 0.75 },
  ],
  load: 0.7,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 160_000,
  replications: 8,
});
