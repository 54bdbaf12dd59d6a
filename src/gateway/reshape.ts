import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { PolicyRun } from "./policy-run.ts";
import type { RewriteInput } from "./rewrite.ts";
import type { ForwardPlan } from "./route-plan.ts";

/** Of a request that cannot be forwarded: what the route captures of its path makes a path that cannot be used. */
export const UNUSABLE = Symbol("unusable");

/** What an endpoint is sent that the client did not send, by the route's `rewrite` and its policies; `undefined`: nothing. */
export function reshape(
  plan: ForwardPlan,
  input: RewriteInput,
  match: RouteMatch,
  run: PolicyRun | undefined,
): RequestRewrite | undefined | typeof UNUSABLE {
  const query = run === undefined ? input.query : run.query;
  const rewritten = plan.rewrite?.({ rawPath: input.rawPath, query }, match);
  if (plan.rewrite !== undefined && rewritten === undefined) return UNUSABLE;
  const fields = run === undefined || run.requestFields.isEmpty ? undefined : run.requestFields;
  const cut = query === input.query ? undefined : query === "" ? input.rawPath : `${input.rawPath}?${query}`;
  if (fields === undefined && cut === undefined) return rewritten;
  return { target: rewritten?.target ?? cut, host: rewritten?.host, fields };
}
