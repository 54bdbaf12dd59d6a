import { isChallenge } from "../../identity/pkce.ts";
import type { Parameters } from "./parameters.ts";
import { isOwnAddress } from "./redirect-targets.ts";

/** What a client asks of the user: an authorization request (RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1). */
export interface AuthorizeRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly challenge: string;
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly state: string | undefined;
  readonly nonce: string | undefined;
}

/**
 * What came of reading one. `refused` is for the user's eyes alone: where the client or its address cannot be trusted,
 * nobody is sent there (RFC 6749 section 4.1.2.1). `sent-back` goes to the client.
 */
export type ReadRequest =
  | { readonly kind: "request"; readonly request: AuthorizeRequest }
  | { readonly kind: "refused"; readonly why: string }
  | ({ readonly kind: "sent-back"; readonly redirectUri: string; readonly state?: string | undefined } & OAuthError);

/** RFC 6749 section 4.1.2.1 and 5.2. */
export interface OAuthError {
  readonly error: string;
  readonly description: string;
}

/** RFC 6749 appendix A.1: visible characters and blanks. */
const CLIENT_ID = /^[\u0020-\u007e]{1,200}$/;
/** RFC 6749 appendix A.4. */
const SCOPE = /^[\u0021\u0023-\u005b\u005d-\u007e]{1,200}$/;
/** RFC 6749 appendix A.5, for `nonce` as well: what passes through a form unchanged. */
const TEXT = /^[\u0020-\u007e]{0,1000}$/;

/** Reads and checks an authorization request. `listeners`: where the gateway listens. */
export function readAuthorizeRequest(parameters: Parameters, listeners: readonly string[]): ReadRequest {
  const clientId = parameters.get("client_id") ?? "";
  const redirectUri = parameters.get("redirect_uri") ?? "";
  const { repeated } = parameters;
  if (!CLIENT_ID.test(clientId) || repeated.includes("client_id")) {
    return { kind: "refused", why: "The request has no client_id, or none that can be one." };
  }
  if (repeated.includes("redirect_uri") || !isOwnAddress(redirectUri, listeners)) {
    const own = listeners.join(", ") || "none";
    return { kind: "refused", why: `The redirect_uri is not an address of this gateway's listeners: ${own}.` };
  }
  const problem = problemOf(parameters);
  const state = repeated.includes("state") ? undefined : parameters.get("state");
  if (problem !== undefined) return { kind: "sent-back", redirectUri, state, ...problem };
  const request: AuthorizeRequest = {
    clientId,
    redirectUri,
    challenge: parameters.get("code_challenge") ?? "",
    scopes: scopesOf(parameters),
    audience: audienceOf(parameters),
    state,
    nonce: parameters.get("nonce"),
  };
  return { kind: "request", request };
}

/** The scopes asked for, each once. */
export function scopesOf(parameters: Parameters): string[] {
  return [...new Set((parameters.get("scope") ?? "").split(" ").filter(Boolean))];
}

/** What a scope or an audience has wrong, if anything. */
export function rightsProblem(parameters: Parameters): OAuthError | undefined {
  const scopes = scopesOf(parameters);
  if (scopes.length > 50 || !scopes.every((scope) => SCOPE.test(scope))) {
    return { error: "invalid_scope", description: "scope is not a list of names" };
  }
  const audience = audienceOf(parameters);
  if (audience.length > 10 || !audience.every((one) => TEXT.test(one))) {
    return { error: "invalid_target", description: "too many audiences, or one that cannot be one" };
  }
  return undefined;
}

/** `audience`, as many issuers call it, and `resource` (RFC 8707). */
export function audienceOf(parameters: Parameters): string[] {
  return [...new Set([...parameters.getAll("audience"), ...parameters.getAll("resource")])];
}

function problemOf(parameters: Parameters): OAuthError | undefined {
  const invalid = (description: string): OAuthError => ({ error: "invalid_request", description });
  const [again] = parameters.repeated;
  if (again !== undefined) return invalid("a parameter is repeated");
  for (const name of ["request", "request_uri"]) {
    if (parameters.get(name) !== undefined) return { error: `${name}_not_supported`, description: "not supported" };
  }
  if (parameters.get("response_type") !== "code") {
    return { error: "unsupported_response_type", description: "response_type must be code" };
  }
  if ((parameters.get("response_mode") ?? "query") !== "query") return invalid("response_mode must be query");
  if (parameters.get("code_challenge_method") !== "S256") return invalid("code_challenge_method must be S256");
  if (!isChallenge(parameters.get("code_challenge") ?? ""))
    return invalid("code_challenge is not a SHA-256 in base64url");
  for (const name of ["state", "nonce"]) {
    if (!TEXT.test(parameters.get(name) ?? "")) return invalid(`${name} is too long, or has more than ASCII`);
  }
  if (parameters.get("prompt")?.split(" ").includes("none")) {
    return { error: "login_required", description: "nobody stays logged in here: each login is one click" };
  }
  return rightsProblem(parameters);
}
