import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Standing } from "./algorithms/rate-algorithm.ts";
import type { RuleAtWork } from "./rule.ts";

/** Tells the client how it stands. */
export type WriteFields = (exchange: PolicyExchange, standings: readonly Standing[]) => void;

/**
 * The fields of all of a place's rules. A rule in shadow mode shows in none of them: clients hold back by what these
 * fields say, and a shadow must change nothing.
 *
 * - `draft`: RateLimit-Policy and RateLimit of draft-ietf-httpapi-ratelimit-headers (version 8 and later), lists of
 *   structured fields (RFC 9651). They are added beside the endpoint's own, which may be stricter: the draft's words on
 *   intermediaries. `w` is left out where the window is no whole number of seconds.
 * - `legacy`: X-RateLimit-Limit, -Remaining, and -Reset in seconds from now, of the rule with the least left; in place of
 *   the endpoint's.
 */
export function createFieldWriter(rules: readonly RuleAtWork[]): WriteFields | undefined {
  const told = rules.map((each, index) => ({ ...each, index })).filter(({ rule }) => rule.enforced);
  const draft = told.filter(({ options }) => options.headers === "draft");
  const legacy = told.filter(({ options }) => options.headers === "legacy");
  const writers = [
    ...(draft.length > 0 ? [draftWriter(draft)] : []),
    ...(legacy.length > 0 ? [legacyWriter(legacy)] : []),
  ];
  if (writers.length < 2) return writers[0];
  return (exchange, standings) => {
    for (const write of writers) write(exchange, standings);
  };
}

type ToldRule = RuleAtWork & { readonly index: number };

function draftWriter(rules: readonly ToldRule[]): WriteFields {
  const policy = rules.map(policyItem).join(", ");
  const items = rules.map(({ options, index }) => ({ start: `"${options.name}";r=`, index }));
  return ({ responseFields }, standings) => {
    let text = "";
    for (const { start, index } of items) {
      const { remaining, resetMs } = standings[index] as Standing;
      text += `${text === "" ? "" : ", "}${start}${remaining};t=${seconds(resetMs)}`;
    }
    responseFields.append("ratelimit-policy", policy);
    responseFields.append("ratelimit", text);
  };
}

function policyItem({ options: { name, limit, window } }: ToldRule): string {
  return `"${name}";q=${limit}${window % 1000 === 0 ? `;w=${window / 1000}` : ""}`;
}

/** What an earlier place of the same exchange has told: the rules before authentication, and those after it. */
const TOLD = new WeakMap<PolicyExchange, { readonly requestId: string; readonly remaining: number }>();

function legacyWriter(rules: readonly ToldRule[]): WriteFields {
  return (exchange, standings) => {
    let least: ToldRule | undefined;
    let left = Number.POSITIVE_INFINITY;
    for (const rule of rules) {
      const { remaining } = standings[rule.index] as Standing;
      if (remaining >= left) continue;
      least = rule;
      left = remaining;
    }
    const before = TOLD.get(exchange);
    // Exchanges are used again, by other requests.
    if (least === undefined || (before?.requestId === exchange.requestId && before.remaining <= left)) return;
    TOLD.set(exchange, { requestId: exchange.requestId, remaining: left });
    const { responseFields } = exchange;
    responseFields.set("x-ratelimit-limit", String(least.options.limit));
    responseFields.set("x-ratelimit-remaining", String(left));
    responseFields.set("x-ratelimit-reset", String(seconds((standings[least.index] as Standing).resetMs)));
  };
}

/** Whole seconds, rounded up: nobody comes too early. */
export function seconds(ms: Millis): number {
  return Math.ceil(ms / 1000);
}
