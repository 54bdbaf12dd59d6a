import { defineScenario } from "../scenario.ts";

export const uniform = defineScenario({
  name: "uniform",
  summary: "equal endpoints, busy",
  purpose: "The textbook case: nothing is wrong, and only the waiting that chance makes tells algorithms apart.",
  endpoints: [{ count: 10, speed: 1 }],
  load: 0.85,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 160_000,
  replications: 8,
});
