import type { Millis } from "../shared/clock.ts";
import { type Eligibility, eligibilityReason } from "./eligibility.ts";
import type { ExplainView } from "./explain-pick.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import { slowStartShare } from "./slow-start.ts";

/** Every member, eligible or not, and why. */
export function explainEndpoints(
  members: readonly LiveEndpoint<unknown>[],
  { mode, eligible }: Eligibility<LiveEndpoint<unknown>>,
  slowStart: Millis,
  now: Millis,
): ExplainView["endpoints"] {
  return members.map((endpoint) => {
    const included = eligible.includes(endpoint);
    const reason = eligibilityReason(endpoint, mode, included) + timeLeft(endpoint, now);
    return {
      id: endpoint.id,
      eligible: included,
      reason: included ? reason + warmth(endpoint, slowStart, now) : reason,
    };
  });
}

function timeLeft({ ejection, health }: LiveEndpoint<unknown>, now: Millis): string {
  if (health === "unhealthy" || ejection.ejectedUntil <= now) return "";
  return `; ${Math.ceil((ejection.ejectedUntil - now) / 1000)} s more`;
}

function warmth({ warmSince }: LiveEndpoint<unknown>, slowStart: Millis, now: Millis): string {
  if (warmSince === 0) return "";
  return `; starts slowly, now with ${Math.round(slowStartShare(warmSince, slowStart, now) * 100)} % of its share`;
}
