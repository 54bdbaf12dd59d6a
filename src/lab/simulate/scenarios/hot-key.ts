import { defineScenario } from "../scenario.ts";

export const hotKey = defineScenario({
  name: "hot-key",
  summary: "a few clients send most of the requests",
  purpose: "Zipf's law among 10,000 clients: what it costs to send every client always to the same endpoint.",
  endpoints: [{ count: 10, speed: 1 }],
  load: 0.5,
  serviceTime: "exp:10ms",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 1 },
  requests: 160_000,
  replications: 8,
});
