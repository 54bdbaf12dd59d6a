import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import { withoutVersion } from "../routing/versions.ts";
import type { PolicyRun } from "./policy-run.ts";
import type { RewriteInput } from "./rewrite.ts";
import type { ForwardPlan } from "./route-plan.ts";

/** Of a request that cannot be forwarded: what the route captures of its path makes a path that cannot be used. */
export const UNUSABLE = Symbol("unusable");

/**
 * What an endpoint is sent that the client did not send, by the version in the path, the route's `rewrite` and its
 * policies; `undefined`: nothing.
 */
export function reshape(
  plan: ForwardPlan,
  input: RewriteInput,
  match: RouteMatch,
  run: PolicyRun | undefined,
): RequestRewrite | undefined | typeof UNUSABLE {
  const query = run === undefined ? input.query : run.query;
  const inPath = match.version?.inPath === true;
  const keepsVersion = inPath && plan.route.keepVersionPath;
  // What the route matches and rewrites is the path below its version.
  const rawPath = inPath ? withoutVersion(input.rawPath) : input.rawPath;
  const rewritten = plan.rewrite?.({ rawPath, query }, match);
  if (plan.rewrite !== undefined && rewritten === undefined) return UNUSABLE;
  const fields = run === undefined || run.requestFields.isEmpty ? undefined : run.requestFields;
  let target = rewritten?.target;
  if (target !== undefined && keepsVersion) target = versionOf(input.rawPath) + target;
  else if (target === undefined && (query !== input.query || (inPath && !keepsVersion))) {
    const path = keepsVersion ? input.rawPath : rawPath;
    target = query === "" ? path : `${path}?${query}`;
  }
  const host = rewritten?.host;
  return target === undefined && host === undefined && fields === undefined ? undefined : { target, host, fields };
}

/** "/v1" of "/v1/users". */
export function versionOf(rawPath: string): string {
  const slash = rawPath.indexOf("/", 1);
  return slash < 0 ? rawPath : rawPath.slice(0, slash);
}
