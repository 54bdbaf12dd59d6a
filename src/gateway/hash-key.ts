import type { Principal } from "../exchange/principal.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import { readClaim } from "../routing/claims.ts";
import { cookieValue } from "../routing/cookies.ts";
import { queryValue } from "../routing/query.ts";
import type { KeySpec } from "../upstream/schema/key.ts";

/**
 * What a hashing algorithm hashes for this request. A named part that the request does not have falls back to the
 * client's address; `undefined` where the algorithm hashes nothing.
 */
export function hashKey(
  spec: KeySpec | undefined,
  facts: RequestFacts,
  caller: Principal | undefined,
): string | undefined {
  if (spec === undefined) return undefined;
  return namedPart(spec, facts, caller) ?? facts.clientIp;
}

function namedPart(spec: KeySpec, facts: RequestFacts, caller: Principal | undefined): string | undefined {
  switch (spec.from) {
    case "header":
      return facts.headers.get(spec.name);
    case "cookie":
      return cookieValue(facts.headers, spec.name);
    case "query":
      return queryValue(facts.query, spec.name);
    case "path":
      return facts.path;
    case "consumer":
      return caller?.consumer ?? caller?.id;
    case "claim":
      return caller === undefined ? undefined : scalarText(readClaim(caller.claims, spec.name));
    case "ip":
      return undefined;
  }
}

function scalarText(value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? String(value)
    : undefined;
}
