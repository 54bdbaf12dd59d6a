import { defineScenario } from "../scenario.ts";

export const heavyTail = defineScenario({
  name: "heavy-tail",
  summary: "most requests are short, a few are very long",
  purpose: "Reports and exports among small calls: whoever waits behind a long one waits long.",
  endpoints: [{ count: 10, speed: 1 }],
  load: 0.7,
  serviceTime: "pareto:10ms:2.2",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 160_000,
  replications: 8,
});
