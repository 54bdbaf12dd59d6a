import { isIP } from "node:net";
import type { RequestView } from "./request-view.ts";

/** What is the same for every request of one client connection. */
export interface ConnectionFacts {
  /** The peer's address, IPv4-mapped ones as IPv4. */
  readonly peerIp: string;
  /** Is the peer one of `trustedProxies`? Then what it says of the client is believed. */
  readonly peerTrusted: boolean;
  readonly isTrusted: (ip: string) => boolean;
  readonly scheme: "http" | "https";
  readonly port: number;
  /** Of HTTP, in Via; 1.1 if it is not said. */
  readonly protocol?: "1.1" | "2.0";
  /** "gatewayctl-k3v9", in Via. */
  readonly instance: string;
  /** May answers tell this client what is behind the gateway (SEMANTICS: `expose: development`)? */
  readonly development: boolean;
}

/**
 * The client's address: the peer's; or, where the peer is a trusted proxy, the rightmost address of X-Forwarded-For
 * that is not one.
 */
export function clientAddress(facts: ConnectionFacts, forwardedFor: string | undefined): string {
  if (!facts.peerTrusted || forwardedFor === undefined) return facts.peerIp;
  const hops = forwardedFor.split(",");
  let address = facts.peerIp;
  for (let i = hops.length - 1; i >= 0; i--) {
    const hop = bareAddress((hops[i] as string).trim());
    if (hop === undefined) break;
    address = hop;
    if (!facts.isTrusted(hop)) break;
  }
  return address;
}

/**
 * "1.2.3.4", "1.2.3.4:5678", "[::1]:5678", "::1" → the address, IPv4-mapped ones as IPv4; `undefined` if it is none of
 * these.
 */
function bareAddress(text: string): string | undefined {
  const form = /^\[([0-9A-Fa-f:.]+)\](?::\d+)?$/.exec(text) ?? /^([\d.]+)(?::\d+)?$/.exec(text);
  const address = form?.[1] ?? text;
  if (isIP(address) === 0 || address.includes("%")) return undefined;
  return /^::ffff:(\d[\d.]*\.\d+)$/i.exec(address)?.[1] ?? address;
}

/**
 * Makes the fields that tell an endpoint of the client: X-Forwarded-For, -Proto, -Host, -Port, and Via. What an
 * untrusted client says of itself is replaced; what a trusted proxy says is kept, and the peer appended.
 */
export class ForwardingFields {
  readonly facts: ConnectionFacts;
  private readonly via: string;
  private lastAuthority = "";
  private last = "";

  constructor(facts: ConnectionFacts) {
    this.facts = facts;
    this.via = `via: ${facts.protocol ?? "1.1"} ${facts.instance}\r\n`;
  }

  /** Field lines, each with its CRLF. Kept from one request to the next while the host is the same. */
  lines(view: RequestView): string {
    const { facts } = this;
    if (facts.peerTrusted) return this.linesBehindProxy(view);
    if (view.authority !== this.lastAuthority || this.last === "") {
      this.lastAuthority = view.authority;
      this.last = this.render(facts.peerIp, facts.scheme, view.authority, String(facts.port));
    }
    return this.last;
  }

  private linesBehindProxy(view: RequestView): string {
    const { facts } = this;
    const { head } = view;
    const before = head.get("x-forwarded-for");
    const chain = before === undefined || before === "" ? facts.peerIp : `${before}, ${facts.peerIp}`;
    return this.render(
      chain,
      head.get("x-forwarded-proto") ?? facts.scheme,
      head.get("x-forwarded-host") ?? view.authority,
      head.get("x-forwarded-port") ?? String(facts.port),
    );
  }

  private render(chain: string, scheme: string, host: string, port: string): string {
    const hostLine = host === "" ? "" : `x-forwarded-host: ${host}\r\n`;
    return `x-forwarded-for: ${chain}\r\nx-forwarded-proto: ${scheme}\r\n${hostLine}x-forwarded-port: ${port}\r\n${this.via}`;
  }
}
