import { defineScenario } from "../scenario.ts";

export const heterogeneous = defineScenario({
  name: "heterogeneous",
  summary: "small, medium and large endpoints, weighted by their speed",
  purpose: "Machines of three sizes with the right weights: shows what weights do, and what ignoring them costs.",
  endpoints: [
    { count: 4, speed: 1, weight: 1 },
    { count: 4, speed: 2, weight: 2 },
    { count: 2, speed: 4, weight: 4 },
  ],
  load: 0.8,
  serviceTime: "exp:20ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 160_000,
  replications: 8,
});
