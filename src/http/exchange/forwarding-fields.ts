import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import { type ClientOrigin, clientOrigin, originByForwarded } from "./client-origin.ts";
import type { ConnectionFacts } from "./connection-facts.ts";
import { forwardedElements, renderForwarded } from "./forwarded-field.ts";
import type { RequestView } from "./request-view.ts";

export type { ConnectionFacts } from "./connection-facts.ts";

/**
 * Makes the fields that tell an endpoint of the client: X-Forwarded-For, -Proto, -Host, -Port, and Via. What an
 * untrusted client says of itself is replaced; what a trusted proxy says is kept, and the peer appended, as it is to
 * Forwarded where the proxy sent that.
 */
export class ForwardingFields {
  readonly facts: ConnectionFacts;
  private readonly via: string;
  private readonly viaOfHttp10: string;
  private lastAuthority = "";
  private lastMinor = 1;
  private last = "";
  /** What was read last out of a trusted proxy's fields, and of which head: it is asked for twice. */
  private readHead = "";
  private readOrigin: ClientOrigin | undefined;

  constructor(facts: ConnectionFacts) {
    this.facts = facts;
    this.via = `via: ${facts.protocol ?? "1.1"} ${facts.instance}\r\n`;
    this.viaOfHttp10 = facts.protocol === undefined ? `via: 1.0 ${facts.instance}\r\n` : this.via;
  }

  /** Where a request comes from, as a trusted peer tells; `undefined` where the peer is not, and its address holds. */
  origin(view: RequestView): ClientOrigin | undefined {
    if (!this.facts.peerTrusted) return undefined;
    const { head } = view;
    if (this.readOrigin === undefined || this.readHead !== head.text) {
      this.readOrigin = clientOrigin(this.facts, head, view.authority);
      this.readHead = head.text;
    }
    return this.readOrigin;
  }

  /** Field lines, each with its CRLF. Kept from one request to the next while the host is the same. */
  lines(view: RequestView): string {
    const { facts } = this;
    const { minorVersion } = view.head;
    const origin = this.origin(view);
    if (origin !== undefined) return this.linesBehindProxy(view, origin);
    if (view.authority !== this.lastAuthority || minorVersion !== this.lastMinor || this.last === "") {
      this.lastAuthority = view.authority;
      this.lastMinor = minorVersion;
      this.last = this.render(view, facts.peerIp, facts.scheme, view.authority, facts.port);
    }
    return this.last;
  }

  private linesBehindProxy(view: RequestView, origin: ClientOrigin): string {
    const { facts } = this;
    const { chain, scheme, host, port } = origin;
    const hops = chain === "" ? facts.peerIp : `${chain}, ${facts.peerIp}`;
    const lines = this.render(view, hops, scheme, host ?? view.authority, port ?? facts.port);
    return this.forwardedLine(view.head, view.authority, origin) + lines;
  }

  /** Forwarded goes on only whole, and only if it does not name another client than the one that is believed in. */
  private forwardedLine(head: MessageHead, authority: string, { clientIp }: ClientOrigin): string {
    if (head.indexOfKind(FIELD.FORWARDED) < 0) return "";
    const { facts } = this;
    const value = head.get("forwarded") ?? "";
    const agrees = originByForwarded(facts, value, authority).clientIp === clientIp;
    if (!agrees || [...forwardedElements(value)].includes(undefined)) return "";
    const own = renderForwarded(facts.peerIp, facts.scheme, authority);
    return `forwarded: ${value === "" ? "" : `${value}, `}${own}\r\n`;
  }

  private render(view: RequestView, chain: string, scheme: string, host: string, port: number): string {
    const via = view.head.minorVersion === 0 ? this.viaOfHttp10 : this.via;
    const hostLine = host === "" ? "" : `x-forwarded-host: ${host}\r\n`;
    return `x-forwarded-for: ${chain}\r\nx-forwarded-proto: ${scheme}\r\n${hostLine}x-forwarded-port: ${port}\r\n${via}`;
  }
}
