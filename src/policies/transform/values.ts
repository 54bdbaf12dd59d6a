import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { PolicyResponse } from "../../exchange/policy-response.ts";
import { readClaim } from "../../routing/claims.ts";
import { cookieValue } from "../../routing/cookies.ts";
import { queryValue } from "../../routing/query.ts";
import type { Placeholder, Template } from "./template.ts";

/** What templates take their values from. */
export interface Known {
  readonly exchange: PolicyExchange;
  readonly response?: PolicyResponse | undefined;
  /** The parsed body, for `template`. */
  readonly body?: unknown;
}

/** How a value is put into the text around it. `undefined`: there is none. */
export type Escape = (value: unknown) => string;

/** Fills a template in. What is missing is empty. */
export function fillTemplate({ pieces }: Template, known: Known, escape: Escape = plainText): string {
  let text = "";
  for (const piece of pieces) text += typeof piece === "string" ? piece : escape(valueOf(piece, known));
  return text;
}

/** A value as text: lists of texts and numbers with commas between, all else as JSON. */
export function plainText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "";
  if (Array.isArray(value) && value.every((item) => typeof item !== "object")) return value.map(plainText).join(",");
  return JSON.stringify(value) ?? "";
}

function valueOf({ source, name }: Placeholder, { exchange, response, body }: Known): unknown {
  const { request, principal, captures } = exchange;
  switch (source) {
    case "query":
      return queryValue(request.query, name);
    case "header":
      return textOfOctets(request.headers.get(name));
    case "cookie":
      return textOfOctets(cookieValue(request.headers, name));
    case "claim":
      return principal && readClaim(principal.claims, name);
    case "capture":
      return decodeSegment(Object.hasOwn(captures, name) ? captures[name] : undefined);
    case "response":
      return name === ":status" ? response?.status : textOfOctets(response?.headers.get(name));
    case "body":
      return name === "" ? body : memberAt(body, name);
    case "exchange":
      return ofExchange(name, exchange);
  }
}

function ofExchange(name: string, { request, principal, requestId, routeName, serviceName }: PolicyExchange): unknown {
  switch (name) {
    case "clientIp":
    case "host":
    case "method":
    case "path":
    case "query":
    case "scheme":
      return request[name];
    case "consumer":
      return principal?.consumer ?? principal?.id;
    case "requestId":
      return requestId;
    case "route":
      return routeName;
    case "service":
      return serviceName;
    default:
      return undefined;
  }
}

/** `lines.0.price`: own members alone, lists by place. */
function memberAt(root: unknown, path: string): unknown {
  let value = root;
  for (const step of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

/** Captures are as the client encoded them. What is no UTF-8 stays encoded. */
function decodeSegment(capture: string | undefined): string | undefined {
  if (capture?.includes("%") !== true) return capture;
  try {
    return decodeURIComponent(capture);
  } catch {
    return capture;
  }
}

const BEYOND_ASCII = /[\u0080-\uffff]/;

/** Field values are octets, one a character; what they mean beyond ASCII is mostly UTF-8. */
export function textOfOctets(octets: string | undefined): string | undefined {
  if (octets === undefined || !BEYOND_ASCII.test(octets)) return octets;
  const text = Buffer.from(octets, "latin1").toString("utf8");
  return text.includes("\uFFFD") ? octets : text;
}

/** The way back: what a field can hold of any text. */
export function octetsOfText(text: string): string {
  return BEYOND_ASCII.test(text) ? Buffer.from(text, "utf8").toString("latin1") : text;
}
