import { defineScenario } from "../scenario.ts";

export const oneSlow = defineScenario({
  name: "one-slow",
  summary: "ten endpoints with equal weights, one of them slower than the others",
  purpose: "What happens every day: one endpoint does less than the others, and nobody has told the gateway.",
  endpoints: [
    { count: 9, speed: 1 },
    { count: 1, speed: 0.75 },
  ],
  load: 0.7,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 100_000,
});
