/**
 * How one try at an endpoint ended, in words that layer 4 and layer 7 share (never an HTTP status):
 * - `ok`: it answered, and the answer was not an error of the endpoint;
 * - `connect-failure`: no connection, so nothing was sent;
 * - `reset`: the connection ended before the answer was complete;
 * - `timeout`: no answer in time;
 * - `error`: it answered with an error of its own (5xx), or with something that is not HTTP;
 * - `cancelled`: the client went away, which says nothing about the endpoint.
 */
export type Outcome = "ok" | "connect-failure" | "reset" | "timeout" | "error" | "cancelled";
