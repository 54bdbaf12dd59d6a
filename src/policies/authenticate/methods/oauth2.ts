import { hash } from "node:crypto";
import type { z } from "zod";
import type { PolicyExchange } from "../../../exchange/policy-exchange.ts";
import type { PolicyDeps } from "../../policy.ts";
import { AuthClient } from "../auth-client.ts";
import { CHALLENGES } from "../challenge.ts";
import { askIntrospection, clientCredentials } from "../introspection/ask-introspection.ts";
import { Inquiry } from "../introspection/inquiry.ts";
import { Introspector } from "../introspection/introspector.ts";
import { type CreateMethod, SEVERAL_CREDENTIALS } from "../method.ts";
import type { oauth2Schema } from "../schema.ts";
import { AUTHORIZATION, bearerToken, readCredential, SEVERAL } from "../sources.ts";

type Oauth2Options = z.output<typeof oauth2Schema>;

/** A token that says nothing by itself: its issuer is asked what it is (RFC 7662), and the answer kept for a while. */
export const oauth2: CreateMethod<Oauth2Options> = (options, deps) => {
  const sources = [AUTHORIZATION];
  const introspector = introspectorFor(options, deps);
  const waiting = new WeakMap<PolicyExchange, () => void>();
  return {
    name: "oauth2",
    sources,
    forward: false,
    ...CHALLENGES.bearer,
    authenticate(exchange) {
      const token = readCredential(exchange.request, sources, bearerToken);
      if (token === undefined) return undefined;
      if (token === SEVERAL) return SEVERAL_CREDENTIALS;
      const found = introspector.check(token);
      if (!(found instanceof Inquiry)) return found;
      found.join();
      waiting.set(exchange, () => introspector.leave(token, found));
      return found.answer;
    },
    abandon(exchange) {
      waiting.get(exchange)?.();
    },
    explain({ request }) {
      const token = readCredential(request, sources, bearerToken);
      if (token === undefined) return undefined;
      if (token === SEVERAL) return SEVERAL_CREDENTIALS;
      return introspector.known(token) ?? ASKED_LIVE;
    },
  };
};

const ASKED_LIVE = { kind: "unknown", reason: "the token's issuer is asked for live traffic only" } as const;

/** Routes with the same options have what is known of tokens in common, and so do they after a reload. */
function introspectorFor(options: Oauth2Options, { clock, wallClock, shared }: PolicyDeps): Introspector {
  const { introspection, clientId, clientSecret, cache } = options;
  const key = hash("sha256", JSON.stringify([introspection, clientId, clientSecret, cache]));
  return shared(`authenticate:oauth2:${key}`, () => {
    const client = new AuthClient(introspection);
    const credentials = clientCredentials(clientId, clientSecret);
    return new Introspector((token, controller) => askIntrospection(client, credentials, token, controller), {
      clock,
      wallClock,
      cacheMs: cache,
      close: () => client.close(),
    });
  });
}
