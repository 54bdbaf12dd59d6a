import type { RequestFacts } from "../exchange/request-facts.ts";
import { cookieValue } from "../routing/cookies.ts";
import { queryValue } from "../routing/query.ts";
import type { KeySpec } from "../upstream/schema/key.ts";

/**
 * What a hashing algorithm hashes for this request. A named part that the request does not have falls back to the
 * client's address; `undefined` where the algorithm hashes nothing.
 */
export function hashKey(spec: KeySpec | undefined, facts: RequestFacts): string | undefined {
  if (spec === undefined) return undefined;
  return namedPart(spec, facts) ?? facts.clientIp;
}

function namedPart(spec: KeySpec, facts: RequestFacts): string | undefined {
  switch (spec.from) {
    case "header":
      return facts.headers.get(spec.name);
    case "cookie":
      return cookieValue(facts.headers, spec.name);
    case "query":
      return queryValue(facts.query, spec.name);
    case "path":
      return facts.path;
    default:
      // `ip`; and `consumer` and `claim`, which no request has before there is an authenticate policy.
      return undefined;
  }
}
