import type { RequestFacts } from "../exchange/request-facts.ts";
import { NO_CLAIMS } from "./claims.ts";
import { admits, createEntry } from "./entry.ts";
import { hostMatches } from "./host-index.ts";
import { EVERY_PATH, type MatchSpec } from "./match-spec.ts";
import { methodForMatching } from "./method.ts";
import { pathMatches } from "./path-match.ts";

/** Whether a request satisfies a match, whatever other routes there are. Compiles the match anew: not for the hot path. */
export function satisfies(spec: MatchSpec, facts: RequestFacts): boolean {
  const { host, path = EVERY_PATH } = spec;
  if (host !== undefined && !hostMatches(host, facts.host)) return false;
  if (!facts.path.startsWith("/") || !pathMatches(path, facts.path)) return false;
  return admits(createEntry({ spec, route: 0, match: 0 }, 0), facts, methodForMatching(facts), { claims: NO_CLAIMS });
}
