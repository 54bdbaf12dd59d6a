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
  GW0514: {
    kind: "client",
    title: "Request breaks its schema",
    httpStatus: 400,
    hint: "The route's `validate` found something in the request that its JSON Schema or OpenAPI document does not allow. `errors` in the answer lists what, one JSON Pointer (RFC 6901) for each fault. `gatewayctl route METHOD URL -d BODY` says the same without sending anything.",
  },
  GW0515: {
    kind: "client",
    title: "Unsupported media type",
    httpStatus: 415,
    hint: "The request's Content-Type is not among those that the route's `validate` knows a schema for, or its Content-Encoding cannot be decoded: gzip, deflate and br can.",
  },
  GW0516: {
    kind: "client",
    title: "Body too large to validate",
    httpStatus: 413,
    hint: "The request's body, as sent or once it is decoded, is longer than `maxBytes` of the route's `validate`, which has to hold it as a whole. The default is 1 MiB.",
  },
  GW0517: {
    kind: "client",
    title: "No such operation",
    httpStatus: 404,
    hint: "The OpenAPI document of the route's `validate` has no path that this one is. Paths are matched as the endpoint gets them, behind the base paths of `servers` or behind `basePath`. `undocumented: pass` lets such requests pass.",
  },
  GW0518: {
    kind: "client",
    title: "No such method of this operation",
    httpStatus: 405,
    hint: "The OpenAPI document of the route's `validate` has this path, but not with this method; Allow lists those that it has. `undocumented: pass` lets such requests pass.",
  },
} as const satisfies Record<string, ErrorEntry>;
