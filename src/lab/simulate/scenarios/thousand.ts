import { defineScenario } from "../scenario.ts";

export const thousand = defineScenario({
  name: "thousand",
  summary: "very many equal endpoints",
  purpose: "A large service: which algorithms still choose well, and still choose fast, among many endpoints.",
  endpoints: [{ count: 1000, speed: 1 }],
  load: 0.7,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 100_000, skew: 0 },
  requests: 500_000,
  replications: 4,
});
