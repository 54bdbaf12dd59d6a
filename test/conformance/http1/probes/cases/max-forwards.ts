import type { Probe } from "../probe.ts";
import { get, OK, request } from "./shapes.ts";

/** RFC 9110 section 7.6.2. */
export const MAX_FORWARDS_PROBES: readonly Probe[] = [
  {
    name: "OPTIONS with Max-Forwards: 0 is answered here",
    rfc: "9110 7.6.2",
    word: "MUST NOT",
    client: [request("OPTIONS", "Max-Forwards: 0")],
    outcomes: [{ client: [{ status: [200, 204] }], endpoint: [], connection: "open" }],
  },
  {
    name: "OPTIONS with Max-Forwards goes on with one less",
    rfc: "9110 7.6.2",
    word: "MUST",
    client: [request("OPTIONS", "Max-Forwards: 5")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { "max-forwards": ["4"] } }] }],
  },
  {
    name: "OPTIONS with Max-Forwards: 1 goes on with 0",
    rfc: "9110 7.6.2",
    word: "MUST",
    client: [request("OPTIONS", "Max-Forwards: 1")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { "max-forwards": ["0"] } }] }],
  },
  {
    name: "OPTIONS without Max-Forwards is given none",
    rfc: "9110 7.6.2",
    word: "pass",
    client: [request("OPTIONS")],
    outcomes: [{ client: [OK], endpoint: [{ line: "OPTIONS /a HTTP/1.1", fields: { "max-forwards": undefined } }] }],
  },
  {
    name: "TRACE with Max-Forwards: 0 does not reach the endpoint",
    rfc: "9110 7.6.2",
    word: "MUST NOT",
    client: [request("TRACE", "Max-Forwards: 0")],
    outcomes: [{ client: [{ status: [200, 403, 405, 501] }], endpoint: [] }],
  },
  {
    name: "TRACE with Max-Forwards is refused, or goes on with one less",
    rfc: "9110 7.6.2",
    word: "MUST",
    client: [request("TRACE", "Max-Forwards: 3")],
    outcomes: [
      { client: [{ status: [403, 405, 501] }], endpoint: [] },
      { client: [OK], endpoint: [{ fields: { "max-forwards": ["2"] } }] },
    ],
  },
  {
    name: "Max-Forwards: 0 means nothing to a GET",
    rfc: "9110 7.6.2",
    word: "pass",
    client: [get("Max-Forwards: 0")],
    outcomes: [{ client: [OK], endpoint: [{ fields: { "max-forwards": "0" } }] }],
  },
];
