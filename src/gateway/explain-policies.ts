import type { Answer } from "../exchange/answer.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import { policyOf } from "../policies/index.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import { errorEntry } from "../shared/errors/table.ts";
import { PolicyRun } from "./policy-run.ts";
import type { RoutePlan } from "./route-plan.ts";

/** What a policy of the route would do. */
export interface PolicyVerdict {
  readonly name: string;
  /** "pass", "reject", "respond", or "unknown" where it depends on what only live traffic shows. */
  readonly verdict: string;
  readonly reason: string;
}

/** The answer that a policy gives instead of the route. */
interface PolicyAnswer {
  readonly outcome: "respond" | "reject";
  readonly status: number;
  readonly code?: ErrorCode;
  readonly reason: string;
}

/**
 * Asks a route's policies, in their order and up to the first that answers, what they would do with a request. `run` has
 * what they would have changed of it.
 */
export function explainPolicies(
  plan: RoutePlan,
  facts: RequestFacts,
  match: RouteMatch,
  givenBody: Uint8Array | undefined,
): { policies: PolicyVerdict[]; run: PolicyRun; answer: PolicyAnswer | undefined } {
  const run = new PolicyRun();
  run.begin({ request: facts, requestId: "", plan, match, givenBody });
  const policies: PolicyVerdict[] = [];
  for (const { slot, policy } of plan.policies) {
    const { verdict, reason, answer } = policy.explain(run);
    const name = policyOf(slot);
    policies.push({ name, verdict, reason });
    if ((verdict === "reject" || verdict === "respond") && answer !== undefined) {
      return { policies, run, answer: { outcome: verdict, ...statusOf(answer), reason: `${name}: ${reason}` } };
    }
  }
  return { policies, run, answer: undefined };
}

function statusOf(answer: Answer): { status: number; code?: ErrorCode } {
  if (answer.kind === "response") return { status: answer.status };
  return { status: answer.status ?? errorEntry(answer.code).httpStatus ?? 500, code: answer.code };
}
