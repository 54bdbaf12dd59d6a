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
  GW0519: {
    kind: "client",
    title: "Request body cannot be read",
    httpStatus: 400,
    hint: "The route's `transform` has to change the request's body, and the body is not what its Content-Type says: not well-formed, not UTF-8, nested more than 64 deep, or XML with a DOCTYPE, which is never read; or the route's own `map` refuses it by $error or $assert. `detail` says what and where.",
  },
  GW0520: {
    kind: "client",
    title: "Media type cannot be transformed",
    httpStatus: 415,
    hint: "The route's `transform` reads one kind of body, and the request's Content-Type, charset or Content-Encoding is another: Accept in the answer names the types, Accept-Encoding the codings. Text must be UTF-8. With `others: pass` bodies of other types go on untouched.",
  },
  GW0521: {
    kind: "client",
    title: "Body too large to transform",
    httpStatus: 413,
    hint: "The request's body, as sent, once it is decoded, or as what it becomes, is longer than `maxBytes` of the route's `transform`, which has to hold it as a whole. The default is 1 MiB.",
  },
  GW0522: {
    kind: "endpoint",
    title: "Response cannot be transformed",
    httpStatus: 502,
    proxyStatus: "http_protocol_error",
    hint: "The route's `transform` has to change the response's body, and could not: the body is not what its Content-Type says, is coded in a way that cannot be decoded, is a part of a whole (206), is longer than `maxBytes`, or `map` failed on it. It is never passed on cut or half done.",
  },
  GW0523: {
    kind: "gateway",
    title: "Mapping failed",
    httpStatus: 500,
    hint: "The JSONata expression of the route's `transform.request.body.map` ended in an error, went deeper or took longer than it may (one second), or made more than `maxBytes`. Try it with `gatewayctl route` and `-d`; what it should refuse, it refuses by $error or $assert.",
  },
  GW0529: {
    kind: "client",
    title: "Unknown API version",
    httpStatus: 400,
    hint: "The request names a version of the API that is not under `versioning.versions`. The answer names those that exist; `gatewayctl routes` lists them with their dates.",
  },
  GW0530: {
    kind: "client",
    title: "API version missing",
    httpStatus: 400,
    hint: "The request names no version of the API, `versioning` has no `default`, and only routes with a `version` would take it. Name one of the versions that the answer lists.",
  },
  GW0533: {
    kind: "gateway",
    title: "Fault injected",
    httpStatus: 503,
    hint: "The route's `fault` answers some requests with an error on purpose, so that callers can be tested against failures; no endpoint was asked. The response says so in X-Gatewayctl-Fault. Switch it off with `fault: false`.",
  },
} as const satisfies Record<string, ErrorEntry>;
