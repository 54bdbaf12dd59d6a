import type { AuthorizationCodes } from "../../identity/authorization-codes.ts";
import { mintAccessToken, mintIdToken } from "../../identity/tokens.ts";
import type { Millis } from "../../shared/clock.ts";
import { audienceOf, type OAuthError, rightsProblem, scopesOf } from "./authorize-request.ts";
import type { IdentityDesk } from "./identity-desk.ts";
import type { Parameters } from "./parameters.ts";

const LIFETIME: Millis = 3_600_000;

/** RFC 6749 section 5.1, OpenID Connect Core 3.1.3.3. */
export interface TokenResponse {
  readonly access_token: string;
  readonly token_type: "Bearer";
  readonly expires_in: number;
  readonly scope?: string;
  readonly id_token?: string;
}

/** A token request that is refused (RFC 6749 section 5.2). */
export class TokenRefusal extends Error implements OAuthError {
  readonly error: string;
  readonly description: string;

  constructor(error: string, description: string) {
    super(description);
    this.name = "TokenRefusal";
    this.error = error;
    this.description = description;
  }
}

/** A request at the token endpoint. */
export interface TokenRequest {
  readonly parameters: Parameters;
  readonly authorization: string | undefined;
  /** A web page asks, and not a program. */
  readonly isFromPage: boolean;
}

/**
 * Answers a token request: an authorization code with its PKCE verifier, or client credentials. Any client is known, and
 * its secret is not looked at: this issuer is for one developer's machine.
 *
 * @throws TokenRefusal
 */
export async function answerTokenRequest(
  desk: IdentityDesk,
  codes: AuthorizationCodes,
  request: TokenRequest,
): Promise<TokenResponse> {
  const { parameters } = request;
  if (parameters.repeated.length > 0) throw new TokenRefusal("invalid_request", "a parameter is repeated");
  const clientId = clientOf(request);
  const grantType = parameters.get("grant_type");
  if (grantType === "authorization_code") return redeemCode(desk, codes, parameters, clientId);
  if (grantType !== "client_credentials") {
    throw new TokenRefusal("unsupported_grant_type", "grant_type must be authorization_code or client_credentials");
  }
  // Whoever gets a script into a page of the gateway would be everybody.
  if (request.isFromPage) throw new TokenRefusal("unauthorized_client", "client_credentials is not for web pages");
  const problem = rightsProblem(parameters);
  if (problem !== undefined) throw new TokenRefusal(problem.error, problem.description);
  const roles = desk.people.find(({ name }) => name === clientId)?.roles ?? [];
  const scopes = scopesOf(parameters);
  return issue(desk, { subject: clientId, clientId, roles, scopes, audience: audienceOf(parameters) });
}

async function redeemCode(
  desk: IdentityDesk,
  codes: AuthorizationCodes,
  parameters: Parameters,
  clientId: string,
): Promise<TokenResponse> {
  const [code, redirectUri, verifier] = ["code", "redirect_uri", "code_verifier"].map((name) => {
    const value = parameters.get(name);
    if (value === undefined) throw new TokenRefusal("invalid_request", `${name} is missing`);
    return value;
  }) as [string, string, string];
  const grant = codes.redeem(code, { clientId, redirectUri, verifier });
  if (grant === undefined) {
    throw new TokenRefusal("invalid_grant", "the code is unknown, used, older than 60 s, or not this client's");
  }
  const response = await issue(desk, grant);
  if (!grant.scopes.includes("openid")) return response;
  const issuer = await desk.issuer();
  const { subject, roles, nonce } = grant;
  const request = { subject, clientId, nonce, roles, lifetime: LIFETIME };
  const { token } = await mintIdToken(issuer, desk.signingKey(issuer, [clientId]), request, desk.wallClock.now());
  return { ...response, id_token: token };
}

interface Rights {
  readonly subject: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  readonly scopes: readonly string[];
  /** Empty: the one that the config's routes want. */
  readonly audience: readonly string[];
}

async function issue(desk: IdentityDesk, rights: Rights): Promise<TokenResponse> {
  const { subject, clientId, roles, scopes } = rights;
  const issuer = await desk.issuer();
  const audience = rights.audience.length > 0 ? rights.audience : desk.audience;
  const request = { subject, audience, roles, scopes, lifetime: LIFETIME, claims: { client_id: clientId } };
  const { token } = await mintAccessToken(issuer, desk.signingKey(issuer, audience), request, desk.wallClock.now());
  const scope = scopes.length === 0 ? {} : { scope: scopes.join(" ") };
  return { access_token: token, token_type: "Bearer", expires_in: LIFETIME / 1000, ...scope };
}

/** From `client_id`, or from HTTP Basic, whose parts are form-encoded (RFC 6749 section 2.3.1). */
function clientOf({ parameters, authorization }: TokenRequest): string {
  const inBody = parameters.get("client_id");
  const inHeader = authorization === undefined ? undefined : clientOfBasic(authorization);
  const clientId = inHeader ?? inBody;
  if (clientId === undefined) throw new TokenRefusal("invalid_request", "client_id is missing");
  if (!/^[\u0020-\u007e]{1,200}$/.test(clientId)) throw new TokenRefusal("invalid_request", "client_id cannot be one");
  if (inBody !== undefined && inBody !== clientId) throw new TokenRefusal("invalid_request", "two clients are named");
  return clientId;
}

function clientOfBasic(authorization: string): string {
  const encoded = /^Basic +([A-Za-z0-9+/]+=*) *$/i.exec(authorization)?.[1];
  const [name] = Buffer.from(encoded ?? "", "base64")
    .toString("utf8")
    .split(":");
  try {
    const clientId = decodeURIComponent((name ?? "").replaceAll("+", " "));
    if (clientId !== "") return clientId;
  } catch {
    // Not percent-encoded: refused below.
  }
  throw new TokenRefusal("invalid_request", "authorization is not HTTP Basic with a client id");
}
