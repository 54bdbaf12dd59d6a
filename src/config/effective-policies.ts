import { POLICY_ORDER, policyOf } from "../policies/index.ts";
import { countsByIdentity, type rateLimitSchema } from "../policies/rate-limit/schema.ts";
import type { z } from "zod";
import type { EffectivePolicy } from "./config.ts";
import type { Policies } from "./policies-schema.ts";

type RateLimitRules = z.output<typeof rateLimitSchema>;

/**
 * The policies of a route, in the order in which they see a request. A route's policy replaces the global one of its
 * name whole; `false` switches it off. Rate limits by consumer or claim have a place of their own, after authentication.
 */
export function effectivePolicies(global: Policies, own: Policies): EffectivePolicy[] {
  return POLICY_ORDER.flatMap((slot): EffectivePolicy[] => {
    const name = policyOf(slot);
    const isOwn = own[name] !== undefined;
    const options = isOwn ? own[name] : global[name];
    if (options === undefined || options === false) return [];
    const from = isOwn ? "route" : "global";
    if (name !== "rateLimit") return [{ slot, options, from }];
    const rules = (options as RateLimitRules).filter(({ by }) => countsByIdentity(by) === (slot !== name));
    return rules.length === 0 ? [] : [{ slot, options: rules, from }];
  });
}
