import type { HeaderReader } from "../../exchange/header-reader.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";

/** What a request must have in common with the one that a response was stored for (RFC 9111 section 4.1). */
export interface Selecting {
  /** Of request fields; in lower case, sorted. */
  readonly names: readonly string[];
  /** The value of each, as `selectingValue` has it. */
  readonly values: readonly string[];
  /** How the last client that matched had put each; most put it like that. */
  readonly seen: (string | undefined)[];
}

/** Different in every request, so that no other request could match. */
const NEVER_THE_SAME = new Set(["*", "x-request-id", "traceparent"]);
/** Made by the gateway of the client's address as well. */
const OF_THE_ADDRESS = new Set(["x-forwarded-for", "forwarded", "x-real-ip"]);
/** Among names of fields, what are none: the version of the API that the request means, and which of a split's services. */
export const VERSION = ":version";
export const SERVICE = ":service";
/** Lists whose elements are compared without case, where the space between them means nothing. */
const LISTS = new Set(["accept-encoding", "accept-language", "accept-charset"]);

/**
 * The request fields that a response depends on: those of Vary, and those of the config.
 * @returns `undefined` where no other request gets the same
 */
export function varyNames(headers: HeaderReader, configured: readonly string[]): readonly string[] | undefined {
  const vary = headers.get("vary");
  if (vary === undefined) return configured;
  const names = new Set(configured);
  for (const name of vary.toLowerCase().split(",")) if (name.trim() !== "") names.add(name.trim());
  for (const name of names) if (NEVER_THE_SAME.has(name)) return undefined;
  return [...names].sort();
}

/** What a request selects by. */
export function selectingOf(exchange: PolicyExchange, names: readonly string[]): Selecting {
  return { names, values: names.map((name) => selectingValue(exchange, name)), seen: [] };
}

export function selects(exchange: PolicyExchange, { names, values, seen }: Selecting): boolean {
  if (names.length === 0) return true;
  const { headers } = exchange.request;
  const isPlain = exchange.requestFields.isEmpty;
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    const sent = isPlain && !OF_THE_ADDRESS.has(name) ? headers.get(name) : undefined;
    if (sent !== undefined && sent === seen[i]) continue;
    if (selectingValue(exchange, name) !== values[i]) return false;
    // A copy: a part of a head keeps the whole head in memory.
    seen[i] = sent === undefined ? undefined : Buffer.from(sent, "latin1").toString("latin1");
  }
  return true;
}

export function isSame(one: Selecting, other: Selecting): boolean {
  if (one.names.length !== other.names.length) return false;
  return one.names.every((name, i) => name === other.names[i] && one.values[i] === other.values[i]);
}

/**
 * What the endpoint is told under this name; where a policy has changed it, also what the client had said: a credential
 * that was taken away still decides on who is named to the endpoint.
 */
function selectingValue(exchange: PolicyExchange, name: string): string {
  if (name === VERSION) return exchange.version ?? "-";
  if (name === SERVICE) return exchange.pickedService ?? "-";
  const { request, requestFields } = exchange;
  const { headers, clientIp } = request;
  const sent = headers.get(name);
  const forwarded = requestFields.read(headers, name);
  // A field that is there and empty is not one that is absent.
  let value = forwarded === undefined ? "-" : `=${normalized(name, forwarded)}`;
  if (forwarded !== sent) value += `\n${sent === undefined ? "-" : `=${normalized(name, sent)}`}`;
  return OF_THE_ADDRESS.has(name) ? `${value}\n${clientIp}` : value;
}

/** RFC 9111 section 4.1: white space, and what the field's own definition says makes no difference. */
function normalized(name: string, value: string): string {
  if (!LISTS.has(name)) return value.replace(/\s*,\s*/g, ",");
  const elements = value.toLowerCase().replace(/\s/g, "").split(",");
  const there = elements.filter((element) => element !== "");
  return (name === "accept-encoding" ? there.sort() : there).join(",");
}
