import type { Answer, PlainAnswer, ProblemAnswer } from "../../../exchange/answer.ts";
import type { RequestFacts } from "../../../exchange/request-facts.ts";
import type { TokenVerifier } from "../jwt/verifier.ts";
import { originOf, returnLocation, returnPathOf } from "./browser.ts";
import { idTokenProblem } from "./id-token.ts";
import { CALLBACK_PATH } from "./paths.ts";
import { challengeOf, type PendingLogin, type PendingLogins } from "./pending-logins.ts";
import type { Provider, ProviderMetadata } from "./provider.ts";
import { type Client, redeemCode } from "./redeem-code.ts";
import type { Sessions } from "./sessions.ts";

/** What a login takes. */
export interface LoginParts {
  readonly client: Client;
  readonly scopes: readonly string[];
  /** The `iss` of the provider's ID tokens; `undefined` for a development issuer that is not there. */
  readonly issuer: string | undefined;
  readonly provider: Provider;
  readonly verifier: TokenVerifier;
  readonly pending: PendingLogins;
  readonly sessions: Sessions;
}

/** The provider's answer, as the browser brings it. */
interface Callback {
  readonly login: PendingLogin;
  readonly parameters: URLSearchParams;
  readonly origin: string;
  readonly secure: boolean;
}

/**
 * The login of browsers: authorization code flow with PKCE (S256), state and nonce.
 * Source: OpenID Connect Core 1.0 section 3.1, RFC 7636, RFC 9700 section 2.1.
 */
export class Login {
  private readonly parts: LoginParts;

  constructor(parts: LoginParts) {
    this.parts = parts;
  }

  /** Sends a browser to the provider, or says why that cannot be (GW0508, GW0510). */
  begin(request: RequestFacts): Answer | Promise<Answer> {
    const metadata = this.parts.provider.metadata();
    // Whatever is asked of the request is asked before anything is waited for.
    const [origin, returnPath] = [originOf(request), returnPathOf(request)];
    const isSecure = request.scheme === "https";
    if (origin === undefined) return failed("The request names no host to come back to.");
    const go = (found: ProviderMetadata | undefined): Answer =>
      found === undefined ? UNAVAILABLE : this.sendOff(found, origin, returnPath, isSecure);
    return metadata instanceof Promise ? metadata.then(go) : go(metadata);
  }

  private sendOff(metadata: ProviderMetadata, origin: string, returnPath: string, secure: boolean): PlainAnswer {
    const { client, scopes, pending } = this.parts;
    const { login, field } = pending.begin(returnPath, secure);
    const url = new URL(metadata.authorization);
    const parameters = {
      response_type: "code",
      client_id: client.clientId,
      redirect_uri: `${origin}${CALLBACK_PATH}`,
      scope: [...new Set(["openid", ...scopes])].join(" "),
      state: login.state,
      nonce: login.nonce,
      code_challenge: challengeOf(login.verifier),
      code_challenge_method: "S256",
    };
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return redirect(302, url.href, [field]);
  }

  /** Answers the provider's answer; `undefined` where it belongs to no login that this browser has begun here. */
  finish(request: RequestFacts): Promise<Answer> | undefined {
    const parameters = new URLSearchParams(request.query);
    const [state, ...others] = parameters.getAll("state");
    const login = state === undefined || others.length > 0 ? undefined : this.parts.pending.find(request, state);
    const origin = originOf(request);
    if (login === undefined || origin === undefined) return undefined;
    return this.conclude({ login, parameters, origin, secure: request.scheme === "https" });
  }

  /** However it ends, the login's cookie is gone: nobody answers it twice. */
  private async conclude(callback: Callback): Promise<Answer> {
    const { login, origin, secure } = callback;
    const over = this.parts.pending.end(login.state, secure);
    const outcome = await this.redeem(callback);
    if (typeof outcome === "string") {
      return redirect(303, returnLocation(origin, login.returnPath), [over, outcome]);
    }
    return { ...outcome, fields: [...(outcome.fields ?? []), ["set-cookie", over]] };
  }

  /** @returns the session's Set-Cookie, or what is wrong */
  private async redeem({ login, parameters, origin, secure }: Callback): Promise<string | ProblemAnswer> {
    const { provider, client, verifier, sessions, issuer } = this.parts;
    const refusal = refusalIn(parameters, issuer);
    if (refusal !== undefined) return failed(refusal);
    const metadata = await provider.metadata();
    if (metadata === undefined) return UNAVAILABLE;
    const code = parameters.get("code") as string;
    let idToken: string | undefined;
    try {
      const redirectUri = `${origin}${CALLBACK_PATH}`;
      idToken = await redeemCode(metadata, client, { code, redirectUri, verifier: login.verifier });
    } catch {
      return UNAVAILABLE;
    }
    if (idToken === undefined) return failed("The provider gave no ID token for the code.");
    const proof = await verifier.verify(idToken);
    if (proof.kind === "refusal")
      return proof.code === "GW0508" ? UNAVAILABLE : failed(`The ID token: ${proof.reason}.`);
    const problem = idTokenProblem(proof.principal, client.clientId, login.nonce);
    if (problem !== undefined) return failed(`${problem.charAt(0).toUpperCase()}${problem.slice(1)}.`);
    return sessions.begin(proof.principal, secure) ?? failed("The ID token's claims are too long for a cookie.");
  }
}

/** What keeps the answer from being a code that can be redeemed. `iss` is looked at where it is sent (RFC 9207). */
function refusalIn(parameters: URLSearchParams, issuer: string | undefined): string | undefined {
  if (["code", "error", "iss"].some((name) => parameters.getAll(name).length > 1)) {
    return "The provider's answer says something twice.";
  }
  const iss = parameters.get("iss");
  if (iss !== null && iss !== issuer) return "The answer is of another provider.";
  const error = parameters.get("error");
  if (error !== null) {
    return `The provider refused the login: ${/^[a-z_]{1,40}$/.test(error) ? error : "an error of its own"}.`;
  }
  return parameters.has("code") ? undefined : "The provider's answer has no code.";
}

/** Never kept by a cache: it is for this browser and this moment. */
export function redirect(status: 302 | 303, location: string, cookies: readonly string[]): PlainAnswer {
  const fields = cookies.map((cookie) => ["set-cookie", cookie] as const);
  return {
    kind: "response",
    status,
    fields: [["location", location], ["cache-control", "no-store"], ...fields],
    body: "",
  };
}

function failed(detail: string): ProblemAnswer {
  return { kind: "problem", code: "GW0510", detail };
}

const UNAVAILABLE: ProblemAnswer = {
  kind: "problem",
  code: "GW0508",
  detail: "The provider that users log in at does not answer.",
  fields: [["retry-after", "1"]],
};
