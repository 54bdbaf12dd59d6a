import type { MatchResult, RouteMatch } from "../routing/match-result.ts";
import { describeVersionSource } from "../routing/version-source.ts";
import type { AskedVersion } from "../routing/versions.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";

/** The version of the API that a request means, null where that is none, and why. */
export interface ExplainedVersion {
  readonly name: string | null;
  readonly reason: string;
}

/** What routing has made of the version, where there are versions. */
export function explainVersion(found: MatchResult): { version?: ExplainedVersion } {
  if (found.kind === "unknown-version") {
    return {
      version: { name: null, reason: `${JSON.stringify(found.asked)}, by ${describeVersionSource(found.source)}` },
    };
  }
  if (found.kind === "needs-authenticate" || found.version === undefined) return {};
  const { name = null } = found.version;
  const reason = reasonOf(found.version);
  return { version: { name, reason } };
}

function reasonOf({ name, source, forPreflight }: AskedVersion): string {
  if (name === undefined) return "none is named";
  if (forPreflight) return "the first that has a route for this preflight";
  return source === undefined ? "the default" : `by ${describeVersionSource(source)}`;
}

/** Why a request has no route: its error, and a reason in words. */
export function whyUnrouted(found: Exclude<MatchResult, RouteMatch>): [code: ErrorCode, reason: string] {
  switch (found.kind) {
    case "method-not-allowed":
      return ["GW0202", `the path is routed, but only for ${found.allow.join(", ")}`];
    case "unknown-version":
      return ["GW0529", `there is no version ${JSON.stringify(found.asked)}, only ${found.versions.join(", ")}`];
    case "version-missing":
      return ["GW0530", `no version is named, and only ${found.versions.join(", ")} would be routed`];
    default:
      return ["GW0201", "no route matches"];
  }
}
