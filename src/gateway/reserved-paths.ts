import type { Answer } from "../exchange/answer.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { Policy } from "../policies/policy.ts";
import { PolicyRun } from "./policy-run.ts";
import type { RoutePlan } from "./route-plan.ts";

const PREFIX = "/.gatewayctl/";

/** A policy that has paths of the gateway's own, and the route that it is of. */
export interface ReservedPlan {
  readonly plan: RoutePlan;
  readonly policy: Policy;
}

/** Every policy that answers below `/.gatewayctl/`. Where there is none, the prefix is as good as any other to routes. */
export function reservedPlans(plans: readonly RoutePlan[]): readonly ReservedPlan[] {
  return plans.flatMap((plan) =>
    plan.policies.flatMap(({ policy }) => (policy.onReserved === undefined ? [] : [{ plan, policy }])),
  );
}

/** Whether a path is not for routes. */
export function isReserved(path: string): boolean {
  return path.startsWith(PREFIX);
}

/**
 * Asks one policy after the other until one knows the request. What none of them knows is answered (GW0510), too: a
 * login's code is not for endpoints.
 */
export function askReserved(
  reserved: readonly ReservedPlan[],
  facts: RequestFacts,
  requestId: string,
  next = 0,
): Answer | Promise<Answer> {
  for (let i = next; i < reserved.length; i++) {
    const { plan, policy } = reserved[i] as ReservedPlan;
    const run = new PolicyRun();
    run.begin({ request: facts, requestId, plan });
    const verdict = policy.onReserved?.(run);
    if (verdict instanceof Promise) {
      return verdict.then((settled) => settled ?? askReserved(reserved, facts, requestId, i + 1));
    }
    if (verdict !== undefined) return verdict;
  }
  return NOBODYS;
}

const NOBODYS: Answer = {
  kind: "problem",
  code: "GW0510",
  detail: "No login or session of this browser belongs to this request.",
};
