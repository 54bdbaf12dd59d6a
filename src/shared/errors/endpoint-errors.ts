import type { ErrorEntry } from "./entry.ts";

/** GW03xx: the service behind could not answer, or not in time; GW04xx: the gateway itself is at a limit. */
export const endpointErrors = {
  GW0301: {
    kind: "endpoint",
    title: "Endpoint refused the connection",
    httpStatus: 502,
    proxyStatus: "connection_refused",
    hint: "No endpoint of the service accepted a connection. Is it running, and on that port? `gatewayctl services` shows each endpoint's state.",
  },
  GW0302: {
    kind: "endpoint",
    title: "No endpoint available",
    httpStatus: 503,
    proxyStatus: "destination_unavailable",
    hint: "Every endpoint of the service is drained, has weight 0, or there is none. `gatewayctl services` shows why.",
  },
  GW0303: {
    kind: "endpoint",
    title: "Endpoint closed the connection",
    httpStatus: 502,
    proxyStatus: "connection_terminated",
    hint: "The endpoint ended the connection before its answer was complete, and the request could not safely be sent again.",
  },
  GW0304: {
    kind: "endpoint",
    title: "Endpoint did not answer in time",
    httpStatus: 504,
    proxyStatus: "http_response_timeout",
    hint: "No response head came within `timeouts.request` (30s by default), or the route's `timeout`, all tries included.",
  },
  GW0305: {
    kind: "endpoint",
    title: "Connection timed out",
    httpStatus: 504,
    proxyStatus: "connection_timeout",
    hint: "The endpoint did not accept the connection within `timeouts.connect` (2s by default).",
  },
  GW0306: {
    kind: "endpoint",
    title: "Endpoint's answer is not HTTP",
    httpStatus: 502,
    proxyStatus: "http_protocol_error",
    hint: "The endpoint's response breaks HTTP/1.1's grammar, or its framing could be read in two ways. It is never passed on.",
  },
  GW0307: {
    kind: "endpoint",
    title: "Endpoint fell silent",
    httpStatus: 504,
    proxyStatus: "connection_read_timeout",
    hint: "The response began, and then nothing came for `timeouts.idle` (60s by default).",
  },
  GW0308: {
    kind: "endpoint",
    title: "Endpoint's name cannot be resolved",
    httpStatus: 502,
    proxyStatus: "dns_error",
    hint: "The host of the endpoint's URL has no address.",
  },
  GW0309: {
    kind: "endpoint",
    title: "Service still starting",
    httpStatus: 503,
    proxyStatus: "destination_unavailable",
    hint: "gatewayctl started the service, and it was not ready within `hold` (15s by default). Its output is in the `up` window.",
  },
  GW0401: {
    kind: "gateway",
    title: "Too many requests in flight",
    httpStatus: 503,
    proxyStatus: "http_request_denied",
    hint: "`limits.requests` is reached. Retry-After says when to come back.",
  },
  GW0499: {
    kind: "internal",
    title: "Internal error",
    httpStatus: 500,
    proxyStatus: "proxy_internal_error",
    hint: "A bug in gatewayctl. The gateway's log has the stack trace under the same request id; please report it.",
  },
} as const satisfies Record<string, ErrorEntry>;
