import type { ErrorEntry } from "./entry.ts";

/** GW05xx: requests that a policy of their route does not let pass. */
export const policyErrors = {
  GW0501: {
    kind: "client",
    title: "Address not allowed",
    httpStatus: 403,
    hint: "The route's `ipFilter` does not let this address in. Behind a proxy, the client's address is only known if the proxy is one of `trustedProxies`.",
  },
  GW0502: {
    kind: "client",
    title: "Authentication required",
    httpStatus: 401,
    hint: "The route has `authenticate`, and the request carries no credential that it takes. `gatewayctl token` makes a development token, `gatewayctl key` an API key.",
  },
  GW0503: {
    kind: "client",
    title: "Credential refused",
    httpStatus: 401,
    hint: "The request's credential is not valid: expired, not yet valid, signed by another key, of another issuer or audience, or simply wrong.",
  },
  GW0504: {
    kind: "client",
    title: "Not permitted",
    httpStatus: 403,
    hint: "The caller is known, but lacks the role, scope or name that the route's `authorize` asks for.",
  },
  GW0505: {
    kind: "client",
    title: "Ambiguous credentials",
    httpStatus: 400,
    hint: "The request carries several credentials of one kind (RFC 6750 section 3.1); which one counts could be read in two ways.",
  },
  GW0506: {
    kind: "client",
    title: "Too many requests",
    httpStatus: 429,
    hint: "A `rateLimit` of the route is used up. Retry-After says when the next request may pass.",
  },
  GW0507: {
    kind: "gateway",
    title: "Too many requests at once",
    httpStatus: 503,
    hint: "The route's `concurrency` limit is reached, and its queue is full or was too slow.",
  },
  GW0508: {
    kind: "gateway",
    title: "Authentication unavailable",
    httpStatus: 503,
    hint: "The caller could not be checked: the issuer's keys, the introspection endpoint or the external auth service did not answer.",
  },
  GW0509: {
    kind: "client",
    title: "Origin not allowed",
    httpStatus: 403,
    hint: "A page of this origin asked by a CORS preflight whether it may send such a request; the route's `cors` does not allow it.",
  },
  GW0510: {
    kind: "client",
    title: "Login not completed",
    httpStatus: 400,
    hint: "The browser came to one of the gateway's own pages, and no login or session of it belongs there: the login took more than ten minutes, was begun in another browser, or its answer was used before; or the provider refused. Open the page again to log in anew.",
  },
} as const satisfies Record<string, ErrorEntry>;
