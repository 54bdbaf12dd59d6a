import type { ErrorEntry } from "./entry.ts";

/** GW02xx: requests that the gateway answers itself, before any endpoint. */
export const requestErrors = {
  GW0201: {
    kind: "client",
    title: "No route matches",
    httpStatus: 404,
    hint: "No route of the config matches the request. `gatewayctl route METHOD URL` says for every route why not.",
  },
  GW0202: {
    kind: "client",
    title: "Method not allowed",
    httpStatus: 405,
    hint: "A route matches the path, but none the method; Allow lists those that some route takes.",
  },
  GW0203: {
    kind: "client",
    title: "Malformed request",
    httpStatus: 400,
    proxyStatus: "http_request_error",
    hint: "The request breaks HTTP/1.1's grammar (RFC 9112), or its framing could be read in two ways. It was not passed on, and the connection is closed.",
  },
  GW0204: {
    kind: "client",
    title: "Unusable path",
    httpStatus: 400,
    proxyStatus: "http_request_error",
    hint: "The path has dot segments, broken percent-encodings or control characters, which endpoints read in different ways. Send the normalised path.",
  },
  GW0205: {
    kind: "client",
    title: "Request head too large",
    httpStatus: 431,
    proxyStatus: "http_request_error",
    hint: "Request line and header fields are larger than `limits.headerBytes` (16KiB by default), or more than 200 fields.",
  },
  GW0206: {
    kind: "client",
    title: "Request body too large",
    httpStatus: 413,
    proxyStatus: "http_request_error",
    hint: "The body is larger than `limits.bodyBytes` (100MiB by default).",
  },
  GW0207: {
    kind: "client",
    title: "Request came too slowly",
    httpStatus: 408,
    proxyStatus: "http_request_error",
    hint: "The head was not complete within `limits.headerTimeout`, or the body made no progress for `limits.bodyTimeout`.",
  },
  GW0208: {
    kind: "client",
    title: "HTTP version not supported",
    httpStatus: 505,
    proxyStatus: "http_request_error",
    hint: "The listener speaks HTTP/1.0 and HTTP/1.1.",
  },
  GW0209: {
    kind: "client",
    title: "Request target too long",
    httpStatus: 414,
    proxyStatus: "http_request_error",
    hint: "The request target alone is larger than half of `limits.headerBytes`.",
  },
  GW0210: {
    kind: "client",
    title: "Proxy loop",
    httpStatus: 508,
    proxyStatus: "proxy_loop_detected",
    hint: "The request has already passed this gateway instance: an endpoint, or something behind one, sends it back. Correct that endpoint's URL.",
  },
  GW0211: {
    kind: "client",
    title: "Method not implemented",
    httpStatus: 501,
    hint: "CONNECT asks for a forward proxy, and TRACE would echo credentials back; this is neither.",
  },
  GW0212: {
    kind: "client",
    title: "Expectation cannot be met",
    httpStatus: 417,
    hint: "The only expectation that HTTP defines is 100-continue.",
  },
  GW0213: {
    kind: "client",
    title: "Transfer coding not implemented",
    httpStatus: 501,
    proxyStatus: "http_request_error",
    hint: "The only transfer coding taken is chunked, once and last. Compress with Content-Encoding instead.",
  },
  GW0214: {
    kind: "client",
    title: "Plain HTTP sent to an HTTPS port",
    httpStatus: 400,
    proxyStatus: "http_request_error",
    hint: "This port speaks TLS: use https:// in place of http://. A listener `{ http: 8080, redirect: https }` sends clients over by itself.",
  },
} as const satisfies Record<string, ErrorEntry>;
