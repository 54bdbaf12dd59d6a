import { formatDuration } from "../../shared/duration.ts";
import { definePolicy, type Policy, type PolicyDeps, type Verdict } from "../policy.ts";
import { type Admission, Gate, type GateLimits } from "./gate.ts";
import { concurrencySchema } from "./schema.ts";

/**
 * Limits how many requests of a route are in flight at once; a route has its count to itself, also where the policy is a
 * global one. A WebSocket is in flight until its tunnel ends.
 */
export const concurrency = definePolicy({
  name: "concurrency",
  schema: concurrencySchema,
  docs: "Limits how many requests of a route are in flight at once; more wait their turn.",
  create: (limits, deps): Policy => {
    const gate = gateOf(limits, deps);
    const admit = (admission: Admission): Verdict => (admission === "in" || admission === "gone" ? undefined : BUSY);
    return {
      onRequest(exchange) {
        const admission = gate.enter(exchange);
        return admission instanceof Promise ? admission.then(admit) : admit(admission);
      },
      onFinish: (exchange) => gate.leave(exchange),
      explain: () => ({ verdict: "unknown", reason: describe(limits, gate) }),
    };
  },
});

/** Kept beyond a reload, with those who are inside: the new config's limits hold for them, too. */
function gateOf(limits: GateLimits, { routeName, shared }: PolicyDeps): Gate {
  const gate = shared(`concurrency:${routeName}`, () => new Gate(limits));
  gate.setLimits(limits);
  return gate;
}

function describe({ limit, queue, timeout }: GateLimits, gate: Gate): string {
  const { inside, waiting } = gate.counts;
  const line = queue === 0 ? "none may wait" : `${queue} more may wait, for ${formatDuration(timeout)} each`;
  return `${limit} at once, ${line}; ${inside} in flight, ${waiting} waiting`;
}

const BUSY = {
  kind: "problem",
  code: "GW0507",
  detail: "As many requests as may be are in flight or waiting.",
  fields: [["retry-after", "1"]],
} as const;
