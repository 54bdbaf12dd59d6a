import type { ExpectedField, Outcome, Probe } from "../probe.ts";
import { answer, BAD_GATEWAY, get, OK, turnedDown } from "./shapes.ts";

const inRequest = (
  name: string,
  lines: string,
  fields: Readonly<Record<string, ExpectedField>>,
  rfc = "9110 5.1",
  word: Probe["word"] = "MUST",
): Probe => ({
  name,
  rfc,
  word,
  client: [get(lines)],
  outcomes: [{ client: [OK], endpoint: [{ fields }], connection: "open" }],
});

const inResponse = (
  name: string,
  lines: string,
  fields: Readonly<Record<string, ExpectedField>>,
  rfc = "9110 5.1",
  word: Probe["word"] = "MUST",
): Probe => ({
  name,
  rfc,
  word,
  client: [get()],
  answers: [answer(lines)],
  outcomes: [{ client: [{ ...OK, fields }], connection: "open" }],
});

const badRequest = (name: string, lines: string, rfc: string, ...others: Outcome[]): Probe => ({
  name: `request: ${name}`,
  rfc,
  word: "MUST",
  client: [get(lines)],
  outcomes: [turnedDown(400), ...others],
});

const badResponse = (name: string, lines: string, rfc: string, ...others: Outcome[]): Probe => ({
  name: `response: ${name}`,
  rfc,
  word: "MUST",
  client: [get()],
  answers: [answer(lines)],
  outcomes: [BAD_GATEWAY, ...others],
});

const cleanRequest = (fields: Readonly<Record<string, ExpectedField>>): Outcome => ({
  client: [OK],
  endpoint: [{ fields }],
});
const cleanResponse = (fields: Readonly<Record<string, ExpectedField>>): Outcome => ({ client: [{ ...OK, fields }] });

/** RFC 9112 section 5; RFC 9110 section 5: syntax, order, and what goes through. */
export const FIELD_PROBES: readonly Probe[] = [
  badRequest("white space before the colon", "X-A : b", "9112 5.1"),
  badRequest("a tab before the colon", "X-A\t: b", "9112 5.1"),
  badRequest("a folded line", "X-A: b\r\n c", "9112 5.2", cleanRequest({ "x-a": /^b +c$/ })),
  badRequest("a bare CR in a value", "X-A: b\rc", "9112 2.2", cleanRequest({ "x-a": "b c" })),
  badRequest("a NUL in a value", "X-A: b\0c", "9110 5.5", cleanRequest({ "x-a": "b c" })),
  badRequest("a line without a colon", "X-A b", "9112 5"),
  badRequest("a name that is no token", "X(A: b", "9112 5"),
  badRequest("an empty name", ": b", "9112 5"),
  badResponse("white space before the colon", "X-A : b", "9112 5.1", cleanResponse({ "x-a": "b" })),
  badResponse("a folded line", "X-A: b\r\n c", "9112 5.2", cleanResponse({ "x-a": /^b +c$/ })),
  badResponse("a bare CR in a value", "X-A: b\rc", "9112 2.2", cleanResponse({ "x-a": "b c" })),
  badResponse("a NUL in a value", "X-A: b\0c", "9110 5.5", cleanResponse({ "x-a": "b c" })),
  badResponse("a name that is no token", "X(A: b", "9112 5"),
  badResponse("a line without a colon", "X-A b", "9112 5"),
  badResponse("an empty name", ": b", "9112 5"),
  {
    name: "fields larger than the gateway takes are refused with a 4xx",
    rfc: "9110 5.4",
    word: "MUST",
    client: [get(`X-A: ${"a".repeat(100_000)}`)],
    outcomes: [{ client: [{ status: [400, 413, 431] }], endpoint: [] }],
  },
  {
    name: "more fields than the gateway takes are refused with a 4xx",
    rfc: "9110 5.4",
    word: "MUST",
    client: [get(Array.from({ length: 3_000 }, (_, i) => `X-${i}: a`).join("\r\n"))],
    outcomes: [{ client: [{ status: [400, 413, 431] }], endpoint: [] }],
  },
  inRequest("request: an unknown field goes on", "X-Unheard-Of: b", { "x-unheard-of": "b" }),
  inResponse("response: an unknown field goes on", "X-Unheard-Of: b", { "x-unheard-of": "b" }),
  inRequest("request: a name with underscores and marks goes on", "x_a!: b", { "x_a!": "b" }, "9110 5.1", "pass"),
  inRequest(
    "request: several lines of one name keep their order",
    "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\nx-a: 4",
    { "x-a": /^1, ?3, ?4$/ },
    "9110 5.3",
    "MUST NOT",
  ),
  inResponse(
    "response: several lines of one name keep their order",
    "X-A: 1\r\nX-B: 2\r\nX-A: 3\r\nx-a: 4",
    { "x-a": /^1, ?3, ?4$/ },
    "9110 5.3",
    "MUST NOT",
  ),
  inResponse(
    "response: Set-Cookie lines are not joined",
    "Set-Cookie: a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT\r\nSet-Cookie: b=2",
    { "set-cookie": ["a=1; Expires=Wed, 09 Jun 2027 10:18:14 GMT", "b=2"] },
    "9110 5.3",
  ),
  inResponse(
    "response: several WWW-Authenticate lines go on",
    'WWW-Authenticate: Basic realm="a"\r\nWWW-Authenticate: Bearer',
    { "www-authenticate": /^Basic realm="a", ?Bearer$/ },
    "9110 11.6.1",
    "MUST NOT",
  ),
  inRequest("request: white space around a value is no part of it", "X-A:\t  b c \t", { "x-a": "b c" }, "9112 5.1"),
  inResponse("response: white space around a value is no part of it", "X-A:  b c  ", { "x-a": "b c" }, "9112 5.1"),
  inRequest("request: a value without white space in front", "X-A:b", { "x-a": "b" }, "9112 5"),
  inRequest("request: an empty value", "X-A:", { "x-a": [""] }, "9110 5.5", "pass"),
  inResponse("response: an empty value", "X-A:", { "x-a": [""] }, "9110 5.5", "pass"),
  inRequest("request: octets over 127 in a value", "X-A: \xe4\xff", { "x-a": "\xe4\xff" }, "9110 5.5", "pass"),
  inResponse("response: octets over 127 in a value", "X-A: \xe4\xff", { "x-a": "\xe4\xff" }, "9110 5.5", "pass"),
  inRequest("request: a tab inside a value", "X-A: b\tc", { "x-a": "b\tc" }, "9110 5.5", "pass"),
  inRequest("request: quotes, commas and colons in a value", 'X-A: "b, c"; d=":"', { "x-a": '"b, c"; d=":"' }),
  inRequest("request: a value of 8000 octets", `X-A: ${"b".repeat(8_000)}`, { "x-a": "b".repeat(8_000) }),
  inRequest(
    "request: ninety fields",
    Array.from({ length: 90 }, (_, i) => `X-${i}: ${i}`).join("\r\n"),
    { "x-0": "0", "x-89": "89" },
    "9110 5.4",
    "pass",
  ),
  inResponse("response: a value of 3000 octets", `X-A: ${"b".repeat(3_000)}`, { "x-a": "b".repeat(3_000) }),
];
