import { valueAt } from "../config-path.ts";
import type { Problem } from "../diagnostic.ts";
import type { Methods } from "../local-jwt.ts";
import type { SoundParts } from "../sound-parts.ts";

/** Ways to authenticate that tell more of a caller than a name. */
const WITH_CLAIMS = ["jwt", "oauth2", "oidc"] as const;

/** Matches by `claims` of routes where nobody has any (GW0132): they match nothing. */
export function checkClaims({ routes, policies }: SoundParts, input: unknown): Problem[] {
  return routes.flatMap((route, i): Problem[] => {
    if (route === undefined) return [];
    const why = withoutClaims(route.policies.authenticate ?? policies.authenticate);
    if (why === undefined) return [];
    return route.match.flatMap(({ claims }, nth): Problem[] => {
      if (claims.length === 0) return [];
      const match = ["routes", i, "match"];
      const path = [...match, ...(Array.isArray(valueAt(input, match)) ? [nth] : []), "claims"];
      const message = `this match is never met: the route ${why}`;
      const hint = "claims are those of a token that this route's own `authenticate` has verified";
      return [{ code: "GW0132", severity: "warning", path, at: "key", message, hint }];
    });
  });
}

function withoutClaims(authenticate: Methods | false | undefined): string | undefined {
  if (authenticate === undefined || authenticate === false) return "has no `authenticate`";
  const hasClaims = authenticate.some((method) => WITH_CLAIMS.some((name) => name in method));
  return hasClaims ? undefined : "has an `authenticate` without jwt, oauth2 and oidc, and so nobody's claims are known";
}
