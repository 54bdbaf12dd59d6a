import { z } from "zod";
import { httpUrlSchema } from "../../shared/address-schema.ts";
import { isFetchable } from "../../shared/fetchable-url.ts";
import { durationSchema } from "../../shared/schema.ts";

const JWS_ALGORITHMS = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
] as const;

const A_CREDENTIAL_SOURCE = "must be header:NAME, query:NAME or cookie:NAME";
const sourcesSchema = z.array(
  z.string({ error: A_CREDENTIAL_SOURCE }).regex(/^(?:header|query|cookie):.+$/, { error: A_CREDENTIAL_SOURCE }),
);

export const jwtSchema = z
  .strictObject({
    issuer: z
      .union([z.literal("local"), httpUrlSchema], { error: "must be an issuer URL, or local" })
      .describe("The `iss` that tokens must have; `local` is the built-in development issuer."),
    audience: z.string().min(1).optional().describe("The `aud` that tokens must have."),
    jwks: z
      .string()
      .min(1)
      .optional()
      .describe("Where the keys are: a URL, a file, or `local`. Default: the issuer's own metadata."),
    algorithms: z
      .array(z.enum(JWS_ALGORITHMS))
      .min(1)
      .default(["RS256", "ES256", "EdDSA"])
      .describe("Signature algorithms taken."),
    clockSkew: durationSchema.prefault("60s").describe("Tolerance for exp, nbf and iat."),
    from: sourcesSchema.min(1).default(["header:authorization"]).describe("Where the token is looked for, in order."),
    forward: z.boolean().default(false).describe("Whether the credential goes on to the endpoint."),
    rolesClaim: z
      .string()
      .min(1)
      .default("roles")
      .describe("The claim that roles come from: a name, or a path with dots, as in realm_access.roles."),
  })
  .superRefine(({ issuer, jwks }, context) => {
    // What the keys are fetched by must not be anybody's to change.
    const [key, fetched] = jwks === undefined ? (["issuer", issuer] as const) : (["jwks", jwks] as const);
    if (!/^https?:/i.test(fetched) || isFetchable(fetched)) return;
    context.addIssue({
      code: "custom",
      path: [key],
      message: "must be https, as keys are fetched by it: http is for this machine alone",
    });
  });

export const apiKeySchema = z.strictObject({
  from: sourcesSchema.min(1).default(["header:x-api-key"]).describe("Where the key is looked for, in order."),
});

export const oauth2Schema = z.strictObject({
  introspection: httpUrlSchema
    // Tokens and the secret are sent there (RFC 7662 section 4).
    .refine(isFetchable, { error: "must be https, as tokens are sent there: http is for this machine alone" })
    .describe("The introspection endpoint (RFC 7662)."),
  clientId: z.string().min(1).describe("This gateway's client id there."),
  clientSecret: z.string().min(1).describe("Its secret; write it as ${NAME}."),
  cache: durationSchema.prefault("30s").describe("How long an answer is kept."),
});

const A_COOKIE_NAME = "must be a cookie's name: letters, digits and !#$%&'*+-.^_`|~";

export const oidcSchema = z.strictObject({
  issuer: z
    .union([z.literal("local"), httpUrlSchema], { error: "must be an issuer URL, or local" })
    .refine((issuer) => issuer === "local" || isFetchable(issuer), {
      error: "must be https, as users log in there: http is for this machine alone",
    })
    .describe("The OpenID provider; `local` is the built-in development issuer."),
  clientId: z.string().min(1).describe("This gateway's client id there."),
  clientSecret: z.string().min(1).optional().describe("Its secret, for confidential clients; write it as ${NAME}."),
  scopes: z.array(z.string().min(1)).default(["openid"]).describe("Scopes asked for."),
  cookie: z
    .string({ error: A_COOKIE_NAME })
    .regex(/^[\w!#$%&'*+.^`|~-]{1,100}$/, { error: A_COOKIE_NAME })
    .default("gw_session")
    .describe("Name of the session cookie."),
});

const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** These say how a message is sent and where to (RFC 9110 sections 7.2 and 7.6.1): another server's would be wrong. */
const OF_CONNECTIONS =
  /^(?:connection|content-length|expect|host|keep-alive|proxy-connection|te|trailer|transfer-encoding|upgrade)$/i;

function isSettableField(name: string): boolean {
  return FIELD_NAME.test(name) && !OF_CONNECTIONS.test(name);
}

export const externalSchema = z.strictObject({
  url: httpUrlSchema.describe(
    "Your own auth service: 2xx lets in; any other answer below 500 goes to the client, if no other method lets in.",
  ),
  headers: z
    .array(
      z
        .string()
        .min(1)
        .refine(isSettableField, { error: "must be a header field name, and none of a connection's own" }),
    )
    .default([])
    .describe(
      "Fields of its answer that go on to the endpoint; a client's own of these names never do. `x-user-id`, or else the first of them, names the caller.",
    ),
});

/** One way in: exactly one of the keys. */
const methodSchema = z.union(
  [
    z.strictObject({ jwt: jwtSchema.describe("A signed token (RFC 7519).") }),
    z.strictObject({ apiKey: apiKeySchema.describe("A key of a consumer.") }),
    z.strictObject({ oauth2: oauth2Schema.describe("An opaque token, introspected (RFC 7662).") }),
    z.strictObject({ oidc: oidcSchema.describe("Browser login with OpenID Connect and PKCE.") }),
    z.strictObject({ basic: z.strictObject({}).describe("User name and password of a consumer (RFC 7617).") }),
    z.strictObject({ external: externalSchema.describe("Forward-auth: your own auth service decides.") }),
    z.strictObject({
      anonymous: z.literal(true).describe("Admits a request that carries no credential at all. Last in the list."),
    }),
  ],
  { error: "must be one of jwt, apiKey, oauth2, oidc, basic, external or anonymous" },
);

/** `authenticate`: any one of the listed methods lets the caller in. */
export const authenticateSchema = z
  .array(methodSchema)
  .min(1)
  .refine((methods) => methods.every((method, i) => !("anonymous" in method) || i === methods.length - 1), {
    error: "must have anonymous: true at its end",
    params: { code: "GW0111" },
  });
