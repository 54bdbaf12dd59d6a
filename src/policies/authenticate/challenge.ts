import type { Fields } from "../../exchange/answer.ts";
import type { AuthMethod, Refusal } from "./method.ts";

const REALM = 'realm="gatewayctl"';

/** How clients may authenticate, by scheme. Source: RFC 6750 section 3, RFC 7617 section 2.1. */
export const CHALLENGES = {
  bearer: { challenge: `Bearer ${REALM}`, namesErrors: true },
  basic: { challenge: `Basic ${REALM}, charset="UTF-8"` },
  /** No registered scheme, but RFC 9110 section 15.5.2 wants one in every 401. */
  apiKey: { challenge: `ApiKey ${REALM}` },
} as const;

/**
 * WWW-Authenticate: one field for each way in, in their order. Whoever sent nothing is told no error (RFC 6750 section 3.1);
 * of a method that refused a credential, its own.
 */
export function challengeFields(
  methods: readonly AuthMethod[],
  refused?: { readonly refusal: Refusal; readonly by: AuthMethod },
): Fields {
  const texts = methods.flatMap((method) => {
    if (method.challenge === undefined) return [];
    if (method !== refused?.by || method.namesErrors !== true) return method.challenge;
    const { code, reason } = refused.refusal;
    const error = code === "GW0505" ? "invalid_request" : "invalid_token";
    return `${method.challenge}, error="${error}", error_description="${reason.replace(/["\\]/g, "'")}"`;
  });
  return [...new Set(texts)].map((text) => ["www-authenticate", text] as const);
}
