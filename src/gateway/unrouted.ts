import type { RequestFacts } from "../exchange/request-facts.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import { describeVersionSource } from "../routing/version-source.ts";
import type { UnknownVersion } from "../routing/versions.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import type { ProblemOptions } from "./answers.ts";
import type { Decided } from "./claims-search.ts";

/** Why a request has no route, and how it is answered. */
export interface Unrouted extends ProblemOptions {
  readonly code: ErrorCode;
  readonly detail: string;
}

/** What a client has sent is repeated up to this length. */
const SHOWN_LENGTH = 40;

/** The answer to a request for which routing has found none. */
export function unrouted(found: Exclude<Decided, RouteMatch>, { method, path }: RequestFacts): Unrouted {
  switch (found.kind) {
    case "method-not-allowed": {
      const allow = found.allow.join(", ");
      const detail = `${method} is not among the methods that are routed here: ${allow}.`;
      return { code: "GW0202", detail, fields: [["allow", allow]] };
    }
    case "unknown-version":
      return unknownVersion(found);
    case "version-missing": {
      const versions = found.versions.join(", ");
      const detail = `The request names no version of the API, and this is only there in: ${versions}.`;
      return { code: "GW0530", detail, publicDetail: true, members: { versions: found.versions } };
    }
    case "not-found":
      return { code: "GW0201", detail: `No route matches ${method} ${path}.` };
  }
}

function unknownVersion({ asked, source, versions, varies }: UnknownVersion): Unrouted {
  const shown = JSON.stringify(asked.length > SHOWN_LENGTH ? `${asked.slice(0, SHOWN_LENGTH)}…` : asked);
  const place = describeVersionSource(source);
  return {
    code: "GW0529",
    detail: `There is no version ${shown} of the API, which the request names by ${place}. There are: ${versions.join(", ")}.`,
    publicDetail: true,
    members: { versions },
    ...(varies.length > 0 ? { fields: [["vary", varies.join(", ")]] } : {}),
  };
}
