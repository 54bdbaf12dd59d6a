import type { Answer, Fields } from "../../exchange/answer.ts";
import type { RequestFacts } from "../../exchange/request-facts.ts";
import type { z } from "zod";
import type { Origins } from "./origins.ts";
import type { corsSchema } from "./schema.ts";

export type CorsOptions = z.output<typeof corsSchema>;

const VARY = ["vary", "Origin, Access-Control-Request-Method, Access-Control-Request-Headers"] as const;
const TOKENS = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:[ \t]*,[ \t]*[!#$%&'*+.^_`|~0-9A-Za-z-]+)*$/;

/** OPTIONS with Origin and Access-Control-Request-Method, and nothing else, is a preflight (Fetch standard 3.2.2). */
export function isPreflight({ method, headers }: RequestFacts): boolean {
  return method === "OPTIONS" && headers.has("origin") && headers.has("access-control-request-method");
}

/**
 * Answers preflights of allowed origins with 204 and what is allowed, whatever they ask for: so the browser can name, on
 * its console, the method or field that is not. Those of other origins get 403, and not a 204 without fields: browsers
 * say the same of both, but only this one tells whoever looks at it, by its code and its text, what to add where.
 */
export function createPreflightAnswer(options: CorsOptions, origins: Origins): (request: RequestFacts) => Answer {
  const { methods, headers: allowed, credentials, maxAge } = options;
  const always: Fields = [
    ["access-control-allow-methods", [...new Set(methods)].join(", ")],
    ...(credentials ? [["access-control-allow-credentials", "true"] as const] : []),
    ...(maxAge === undefined ? [] : [["access-control-max-age", String(Math.floor(maxAge / 1000))] as const]),
    VARY,
  ];
  const list = [...new Set(allowed.map((name) => name.toLowerCase()))].join(", ");
  const echo = allowed.includes("*");
  return ({ headers }) => {
    const origin = headers.get("origin") ?? "";
    const allowOrigin = origins.allowOrigin(origin);
    if (allowOrigin === undefined) return REFUSED;
    const names = echo ? requestedFields(headers.get("access-control-request-headers")) : list;
    const fields: [string, string][] = [["access-control-allow-origin", allowOrigin]];
    if (names !== "") fields.push(["access-control-allow-headers", names]);
    // Not for `*`: who lets any page read has not said that any page of the Internet may reach into this network.
    if (headers.get("access-control-request-private-network") === "true" && origins.names(origin)) {
      fields.push(["access-control-allow-private-network", "true"]);
    }
    return { kind: "response", status: 204, fields: [...fields, ...always], body: "" };
  };
}

/** `*` itself would not allow Authorization, and with credentials would mean a field of that name. */
function requestedFields(requested: string | undefined): string {
  return requested !== undefined && TOKENS.test(requested.trim()) ? requested.trim() : "";
}

const REFUSED: Answer = {
  kind: "problem",
  code: "GW0509",
  detail: "The origin of this page is not among those that cors allows on this route.",
  fields: [VARY],
};
