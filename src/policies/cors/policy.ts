import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { definePolicy, type Explanation, type Policy } from "../policy.ts";
import { createOrigins, type Origins } from "./origins.ts";
import { type CorsOptions, createPreflightAnswer, isPreflight } from "./preflight.ts";
import { corsSchema } from "./schema.ts";

/** All that endpoints might say of it themselves: two answers to one question are none. */
const FIELDS = [
  "access-control-allow-origin",
  "access-control-allow-credentials",
  "access-control-allow-methods",
  "access-control-allow-headers",
  "access-control-allow-private-network",
  "access-control-expose-headers",
  "access-control-max-age",
] as const;

/**
 * Cross-origin resource sharing. It protects the browser's user and nobody else: a request of an origin that is not
 * allowed passes, but the page cannot read the response. Preflights are answered here, in front of authentication, as
 * they never carry credentials.
 *
 * Source: Fetch standard, section 3.2, "HTTP extensions"; private networks: the Private Network Access draft (WICG).
 */
export const cors = definePolicy({
  name: "cors",
  schema: corsSchema,
  docs: "Lets web pages of other origins read responses, and answers their preflights.",
  create(options, _deps): Policy {
    const origins = createOrigins(options.origins);
    const answerPreflight = createPreflightAnswer(options, origins);
    const mark = createMark(options, origins);
    return {
      onRequest(exchange) {
        if (isPreflight(exchange.request)) return answerPreflight(exchange.request);
        mark(exchange);
        return undefined;
      },
      explain(exchange): Explanation {
        const { request } = exchange;
        const origin = request.headers.get("origin");
        const word = origin !== undefined && origins.allowOrigin(origin) !== undefined ? "allowed" : "not allowed";
        if (isPreflight(request)) {
          const answer = answerPreflight(request);
          return {
            verdict: word === "allowed" ? "respond" : "reject",
            reason: `a preflight of ${origin}, ${word}`,
            answer,
          };
        }
        mark(exchange);
        if (origin === undefined) return { verdict: "pass", reason: "no Origin" };
        return {
          verdict: "pass",
          reason: `${origin} is ${word}${word === "allowed" ? "" : ": a page cannot read the response"}`,
        };
      },
    };
  },
});

/**
 * Says on the response who may read it. Where that depends on the origin, every response says so by Vary, also those to
 * requests without Origin: a cache must not hand one to the other.
 */
function createMark({ credentials, exposed }: CorsOptions, origins: Origins): (exchange: PolicyExchange) => void {
  const expose = exposed.join(", ");
  return ({ request, responseFields }) => {
    for (const name of FIELDS) responseFields.remove(name);
    if (!origins.any) responseFields.append("vary", "Origin");
    const origin = request.headers.get("origin");
    // `*` goes to everybody: the response is the same for all.
    const allowOrigin = origins.any ? "*" : origin === undefined ? undefined : origins.allowOrigin(origin);
    if (allowOrigin === undefined) return;
    responseFields.append("access-control-allow-origin", allowOrigin);
    if (credentials) responseFields.append("access-control-allow-credentials", "true");
    if (expose !== "") responseFields.append("access-control-expose-headers", expose);
  };
}
