import type { ProxyHeader } from "../../shared/proxy-protocol/proxy-addresses.ts";

/** Where a connection comes from, and what it was made to. */
export interface ConnectionOrigin {
  readonly peerIp: string;
  readonly scheme: "http" | "https";
  readonly port: number;
}

/**
 * What a PROXY protocol header says in place of the socket. Its destination port is the one that the client connected
 * to, which is what links have to name; the listener's own is known to the proxy alone. So is, of a proxy that says it,
 * whether the client came by TLS.
 */
export function proxiedOrigin(own: ConnectionOrigin, { addresses, clientTls }: ProxyHeader): ConnectionOrigin {
  return {
    peerIp: addresses?.sourceIp ?? own.peerIp,
    scheme: clientTls ? "https" : own.scheme,
    port: addresses?.destinationPort ?? own.port,
  };
}

export function sameOrigin(a: ConnectionOrigin, b: ConnectionOrigin): boolean {
  return a.peerIp === b.peerIp && a.port === b.port && a.scheme === b.scheme;
}
