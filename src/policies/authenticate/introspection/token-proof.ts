import type { Principal } from "../../../exchange/principal.ts";
import { identityFields } from "../identity-fields.ts";
import type { JsonObject } from "../jwt/strict-json.ts";
import type { Proof } from "../method.ts";

/** Who an active token is of. Source: RFC 7662 section 2.2. */
export function tokenProof(claims: JsonObject): Proof {
  const { sub, username, client_id: client, roles, scope } = claims;
  const principal: Principal = {
    id: ([sub, username, client].find((name) => typeof name === "string" && name !== "") as string | undefined) ?? "",
    // The server names its own subjects, which are none of the config's consumers.
    consumer: undefined,
    roles: textsOf(roles),
    scopes: typeof scope === "string" ? textsOf(scope.split(" ")) : textsOf(scope),
    claims,
    method: "oauth2",
  };
  return { kind: "proof", principal, fields: identityFields(principal) };
}

function textsOf(value: unknown): readonly string[] {
  const texts = Array.isArray(value) ? value : [value];
  return texts.filter((text): text is string => typeof text === "string" && text !== "");
}
