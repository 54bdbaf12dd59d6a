import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { ConnectionFacts } from "./connection-facts.ts";
import { forwardedElements } from "./forwarded-field.ts";
import { hopAddress } from "./hop-address.ts";
import { parseHost } from "./host.ts";

/** Where a request comes from, as the trusted proxy that sent it tells. */
export interface ClientOrigin {
  readonly clientIp: string;
  /** Every hop that X-Forwarded-For is to name, up to the one before the peer; "" if there is none. */
  readonly chain: string;
  readonly scheme: "http" | "https";
  /** `undefined` where nothing usable is said. */
  readonly host: string | undefined;
  readonly port: number | undefined;
}

/**
 * Reads what a trusted proxy says of the client. It says it in one of two ways, and one alone is believed: X-Forwarded-*
 * wherever there is an X-Forwarded-For, else Forwarded (RFC 7239).
 *
 * The other way may be the client's own words, which a proxy that does not know that field passes on as they are. Of the
 * two, X-Forwarded-For is the one that nearly every proxy sets; one that sets Forwarded alone has to remove it.
 *
 * @param authority of the request, as its Host says
 */
export function clientOrigin(facts: ConnectionFacts, head: MessageHead, authority: string): ClientOrigin {
  const forwardedFor = head.get("x-forwarded-for");
  if (forwardedFor === undefined && head.indexOfKind(FIELD.FORWARDED) >= 0) {
    return originByForwarded(facts, head.get("forwarded") ?? "", authority);
  }
  const scheme = readScheme(head.get("x-forwarded-proto"));
  const host = readHost(head.get("x-forwarded-host"));
  return {
    clientIp: clientAddress(facts, forwardedFor),
    chain: forwardedFor ?? "",
    scheme: scheme ?? facts.scheme,
    host,
    port: readPort(head.get("x-forwarded-port")) ?? impliedPort(scheme, host ?? authority),
  };
}

/** The rightmost address of X-Forwarded-For that is not a trusted proxy's; the peer's where none can be read. */
export function clientAddress(facts: ConnectionFacts, forwardedFor: string | undefined): string {
  if (forwardedFor === undefined) return facts.peerIp;
  const hops = forwardedFor.split(",");
  let address = facts.peerIp;
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = hopAddress((hops[i] as string).trim());
    if (hop === undefined) break;
    address = hop;
    if (!facts.isTrusted(hop)) break;
  }
  return address;
}

/**
 * The same by Forwarded. Scheme and host are those of the element that names the client: what the first of the trusted
 * proxies was asked for.
 */
export function originByForwarded(facts: ConnectionFacts, value: string, authority: string): ClientOrigin {
  let clientIp = facts.peerIp;
  let chain = "";
  let [proto, host] = ["", ""];
  for (const element of forwardedElements(value)) {
    if (element === undefined) break;
    ({ proto, host } = element);
    const hop = hopAddress(element.for);
    if (hop === undefined) break;
    clientIp = hop;
    chain = chain === "" ? hop : `${hop}, ${chain}`;
    if (!facts.isTrusted(hop)) break;
  }
  const scheme = readScheme(proto);
  const usable = readHost(host);
  const port = impliedPort(scheme, usable ?? authority);
  return { clientIp, chain, scheme: scheme ?? facts.scheme, host: usable, port };
}

/** Traefik says ws and wss of WebSockets. */
const SCHEMES: ReadonlyMap<string, "http" | "https"> = new Map([
  ["http", "http"],
  ["https", "https"],
  ["ws", "http"],
  ["wss", "https"],
]);

function readScheme(said: string | undefined): "http" | "https" | undefined {
  return said === undefined ? undefined : SCHEMES.get(said.toLowerCase());
}

function readHost(said: string | undefined): string | undefined {
  return said === undefined || parseHost(said) === undefined ? undefined : said;
}

function readPort(said: string | undefined): number | undefined {
  if (said === undefined || !/^[1-9]\d{0,4}$/.test(said)) return undefined;
  const port = Number(said);
  return port <= 65535 ? port : undefined;
}

/** Of a proxy that says the scheme, the port of the URL that it was asked for: this listener's own is not in that. */
function impliedPort(scheme: "http" | "https" | undefined, authority: string): number | undefined {
  if (scheme === undefined) return undefined;
  return readPort(/:(\d+)$/.exec(authority)?.[1]) ?? (scheme === "https" ? 443 : 80);
}
