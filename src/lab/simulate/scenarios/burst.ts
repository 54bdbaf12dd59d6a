import { defineScenario } from "../scenario.ts";

export const burst = defineScenario({
  name: "burst",
  summary: "requests come in bursts",
  purpose:
    "Everybody at once: in a tenth of the time requests come two and a half times as fast as else, nearly all that endpoints can do.",
  endpoints: [{ count: 10, speed: 1 }],
  load: 0.4,
  serviceTime: "exp:10ms",
  arrivals: "bursty:2.5:10%:500ms",
  keys: { count: 10_000, skew: 0 },
  requests: 320_000,
  replications: 8,
});
