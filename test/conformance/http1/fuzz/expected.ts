import type { Forwarded } from "./forward.ts";
import { dropsTrailers, type NaiveField, naiveValues, nominated, readNaively, splitChunks } from "./naive-message.ts";
import type { PassedOn } from "./pass-on.ts";

export { decodeChunks } from "./naive-message.ts";

/** What of a message is compared. */
export interface ExpectedMessage {
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly reason: string;
  readonly fields: readonly NaiveField[];
  readonly body: string;
  readonly trailers: readonly NaiveField[];
  readonly whole: true;
}

const HOP_BY_HOP = new Set(
  "connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade".split(
    " ",
  ),
);
const SAID_ANEW = new Set(["forwarded", "x-request-id", "max-forwards"]);
const ALWAYS = new Set(["host", "content-length", "date", "x-request-id"]);
const VOUCHED = /^x[-_](?:consumer[-_].|forwarded[-_].|real[-_]ip$)/;

function parts(octets: string, chunked: boolean) {
  const message = readNaively(octets);
  const { data, trailers } = chunked ? splitChunks(message.rest) : { data: message.rest, trailers: [] };
  return { message, names: nominated(message), data, trailers };
}

/** A request as it came, worked out from its octets. */
export function requestAsSent(octets: string, chunked: boolean): ExpectedMessage {
  const { message, data, trailers } = parts(octets, chunked);
  const [method = "", target = ""] = message.startLine.split(" ");
  return { method, target, status: 0, reason: "", fields: message.fields, body: data, trailers, whole: true };
}

/** What an endpoint is to read. */
export function requestPassedOn(octets: string, sent: Forwarded): ExpectedMessage {
  const { chunked, target, host } = sent;
  const { message, names, data, trailers } = parts(octets, chunked);
  const [method = "", sentTarget = "", sentVersion] = message.startLine.split(" ");
  const kept = message.fields.filter(([name]) => {
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || SAID_ANEW.has(lower) || VOUCHED.test(lower)) return false;
    // RFC 9110 section 10.1.1: in HTTP/1.0 there are no expectations.
    if (lower === "expect" && sentVersion === "HTTP/1.0") return false;
    return !names.has(lower) || ALWAYS.has(lower);
  });
  const hosts = naiveValues(message, "host");
  const plain = sentTarget === target && sentVersion === "HTTP/1.1" && hosts[0] !== "";
  const head = plain ? kept : [["host", host] as const, ...kept.filter(([name]) => name.toLowerCase() !== "host")];
  const named = hosts.length + (plain ? 0 : 1) > 0 && host !== "fallback.test";
  // Which version Via names is for a probe to hold.
  const version = /\r\nvia: (1\.[01]) gatewayctl-fuzz\r\n/.exec(sent.octets)?.[1] ?? "none";
  const own: NaiveField[] = [
    ...(chunked ? [["transfer-encoding", "chunked"] as const] : []),
    ...hopsLeft(method, naiveValues(message, "max-forwards")[0]),
    ...wantedTrailers(naiveValues(message, "te").join(",").split(",")),
    ["x-forwarded-for", "127.0.0.1"],
    ["x-forwarded-proto", "http"],
    ...(named ? [["x-forwarded-host", host] as const] : []),
    ["x-forwarded-port", "8080"],
    ["via", `${version} gatewayctl-fuzz`],
    ["x-request-id", "made"],
  ];
  return {
    method,
    target,
    status: 0,
    reason: "",
    fields: [...head, ...own],
    body: data,
    trailers: dropsTrailers(names) ? [] : trailers,
    whole: true,
  };
}

function wantedTrailers(te: readonly string[]): NaiveField[] {
  if (!te.some((coding) => coding.trim().toLowerCase() === "trailers")) return [];
  return [
    ["te", "trailers"],
    ["connection", "te"],
  ];
}

/** RFC 9110 section 7.6.2: one less for OPTIONS. */
function hopsLeft(method: string, value: string | undefined): NaiveField[] {
  if (value === undefined) return [];
  const counts = method === "OPTIONS" && /^\d+$/.test(value);
  return [["max-forwards", counts ? String(Math.min(Number(value) - 1, 9_999)) : value]];
}

function statusLine(line: string): { status: number; reason: string } {
  return { status: Number(line.slice(9, 12)), reason: line.slice(13) };
}

/** A response as it came, worked out from its octets. */
export function responseAsSent(octets: string, { framing }: PassedOn): ExpectedMessage {
  const { message, data, trailers } = parts(octets, framing === "chunked");
  const body = framing === "none" ? "" : data;
  return {
    method: "",
    target: "",
    ...statusLine(message.startLine),
    fields: message.fields,
    body,
    trailers,
    whole: true,
  };
}

/** What a client is to read. */
export function responsePassedOn(octets: string, { framing, modern, keepAlive }: PassedOn): ExpectedMessage {
  const { message, names, data, trailers } = parts(octets, framing === "chunked");
  const line = statusLine(message.startLine);
  const kept = message.fields.filter(([name]) => {
    const lower = name.toLowerCase();
    if (HOP_BY_HOP.has(lower) || (lower === "content-length" && line.status === 204)) return false;
    return !names.has(lower) || ALWAYS.has(lower);
  });
  const own: NaiveField[] = [];
  if (naiveValues(message, "date").length === 0) own.push(["date", "Thu, 01 Jan 1970 00:00:00 GMT"]);
  if (modern && (framing === "chunked" || framing === "until-close")) own.push(["transfer-encoding", "chunked"]);
  if (naiveValues(message, "x-request-id").length === 0) own.push(["x-request-id", "made"]);
  if (!keepAlive) own.push(["connection", "close"]);
  else if (!modern) own.push(["connection", "keep-alive"]);
  return {
    method: "",
    target: "",
    ...line,
    fields: [...kept, ...own],
    body: framing === "none" ? "" : data,
    trailers: modern && !dropsTrailers(names) ? trailers : [],
    whole: true,
  };
}
