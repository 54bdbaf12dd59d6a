import { defineScenario } from "../scenario.ts";

export const longLived = defineScenario({
  name: "long-lived",
  summary: "connections that last, as WebSockets do; measured until they are open",
  purpose:
    "Each endpoint bears a hundred connections of half a minute: who counts them finds room, who does not waits.",
  endpoints: [{ count: 10, speed: 1, concurrency: 100 }],
  load: 0.85,
  serviceTime: "exp:30s",
  arrivals: "poisson",
  keys: { count: 10_000, skew: 0 },
  requests: 80_000,
  replications: 4,
  conditions: { answered: "start", network: "const:2ms" },
});
