import { randomBytes } from "node:crypto";
import type { z } from "zod";
import type { PolicyDeps } from "../../policy.ts";
import { discoverKeySet } from "../jwt/fetch-keys.ts";
import { LocalKeys } from "../jwt/local-keys.ts";
import { RemoteKeys } from "../jwt/remote-keys.ts";
import { TokenVerifier } from "../jwt/verifier.ts";
import { type CreateMethod, type Finding, refused, SEVERAL_CREDENTIALS } from "../method.ts";
import { isNavigation } from "../oidc/browser.ts";
import { ID_TOKEN_ALGORITHMS } from "../oidc/id-token.ts";
import { Login } from "../oidc/login.ts";
import { logOut } from "../oidc/logout.ts";
import { CALLBACK_PATH, LOGOUT_PATH } from "../oidc/paths.ts";
import { PendingLogins } from "../oidc/pending-logins.ts";
import { LocalProvider, type Provider, RemoteProvider } from "../oidc/provider.ts";
import { SealedBox } from "../oidc/sealed-box.ts";
import { NO_SESSION, Sessions } from "../oidc/sessions.ts";
import type { oidcSchema } from "../schema.ts";
import { SEVERAL } from "../sources.ts";
import type { RequestFacts } from "../../../exchange/request-facts.ts";

type OidcOptions = z.output<typeof oidcSchema>;

const SKEW_SECONDS = 60;

/**
 * Browser login with OpenID Connect. A browser that asks for a page and has no session is sent to the provider and comes
 * back to `/.gatewayctl/oidc/callback` on the same origin, which the gateway answers before routing, for all routes; from
 * there it goes on to what it had asked for, with a session cookie. Whatever is not a browser's request for a page gets a
 * 401. `/.gatewayctl/oidc/logout` ends the session.
 *
 * The session is the cookie, encrypted and authenticated with a key of this gateway's that outlives a restart. It ends
 * with the ID token, after 8 hours at most. Routes with the same issuer, client and cookie share it; those that differ
 * need cookies of different names. Named `__Host-…`, no neighbouring host can plant one, where listeners are https.
 */
export const oidc: CreateMethod<OidcOptions> = (options, deps) => {
  const { clientId, clientSecret, scopes } = options;
  const provider = providerFor(options, deps);
  const issuer = options.issuer === "local" ? deps.localIssuer?.issuer : options.issuer;
  const { sessions, pending } = cookiesFor(options, issuer, deps);
  const verifier = verifierFor(options, issuer, deps);
  const login = new Login({
    client: { clientId, clientSecret },
    scopes,
    issuer,
    provider,
    verifier,
    pending,
    sessions,
  });
  const find = (request: RequestFacts): Finding => {
    const found = sessions.read(request);
    if (found === SEVERAL) return SEVERAL_CREDENTIALS;
    if (found !== NO_SESSION) return found;
    // A browser logs in again; a page's script is told.
    return isNavigation(request) ? undefined : ENDED;
  };
  return {
    name: "oidc",
    sources: [sessions.source],
    forward: false,
    /** No registered scheme, but RFC 9110 section 15.5.2 wants one in every 401. */
    challenge: 'Session realm="gatewayctl"',
    authenticate: ({ request }) => find(request),
    explain: ({ request }) => find(request),
    invitation: ({ request }) => (isNavigation(request) ? "a browser is sent to the provider to log in" : undefined),
    invite: ({ request }) => login.begin(request),
    onReserved({ request }) {
      const { path, method } = request;
      const reads = method === "GET" || method === "HEAD";
      if (path === CALLBACK_PATH && reads) return login.finish(request);
      if (path !== LOGOUT_PATH || !(reads || method === "POST")) return undefined;
      return sessions.read(request) === undefined ? undefined : logOut(request, { sessions, provider, clientId });
    },
  };
};

const ENDED = refused("the session has ended, or is none of this gateway's");

function providerFor({ issuer }: OidcOptions, { localIssuer, clock, shared }: PolicyDeps): Provider {
  if (issuer === "local") return new LocalProvider(localIssuer);
  return shared(`authenticate:oidc:provider:${issuer}`, () => new RemoteProvider(issuer, clock));
}

/** Only the issuer that this config's consumers log in to may say that a subject is one of them. */
function consumersOf(issuer: string | undefined, { localIssuer, consumers }: PolicyDeps) {
  const names = new Set(issuer === localIssuer?.issuer ? consumers.map(({ name }) => name) : []);
  return (subject: string): string | undefined => (names.has(subject) ? subject : undefined);
}

function cookiesFor({ clientId, cookie }: OidcOptions, issuer: string | undefined, deps: PolicyDeps) {
  const secret = deps.secret ?? deps.shared("authenticate:oidc:secret", () => randomBytes(32));
  const boxFor = (purpose: string): SealedBox => new SealedBox(secret, [purpose, issuer ?? "", clientId, cookie]);
  return {
    sessions: new Sessions(boxFor("session"), cookie, deps.wallClock, consumersOf(issuer, deps)),
    pending: new PendingLogins(boxFor("login"), cookie, deps.wallClock),
  };
}

function verifierFor(options: OidcOptions, issuer: string | undefined, deps: PolicyDeps): TokenVerifier {
  const { clock, localIssuer, shared, wallClock } = deps;
  const source =
    options.issuer === "local"
      ? new LocalKeys(localIssuer)
      : shared(
          `authenticate:discovery:${options.issuer}`,
          () => new RemoteKeys(() => discoverKeySet(options.issuer), clock),
        );
  const rules = {
    issuer: issuer ?? "",
    audience: options.clientId,
    algorithms: ID_TOKEN_ALGORITHMS,
    rolesClaim: "roles",
    skewSeconds: SKEW_SECONDS,
    consumerOf: () => undefined,
  };
  return new TokenVerifier(rules, source, wallClock);
}
