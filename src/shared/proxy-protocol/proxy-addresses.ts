/** Both ends of a connection, as the PROXY protocol tells of them. Addresses without a zone, IPv4-mapped ones as IPv4. */
export interface ProxyAddresses {
  readonly sourceIp: string;
  readonly sourcePort: number;
  readonly destinationIp: string;
  readonly destinationPort: number;
}

/** What a header says. */
export interface ProxyHeader {
  /** `undefined` where it says nothing of a client: then the connection's own addresses hold. */
  readonly addresses: ProxyAddresses | undefined;
  /** The client spoke TLS to the proxy, which says so (version 2, PP2_TYPE_SSL). */
  readonly clientTls: boolean;
}

/** How far the octets that have come can be read. */
export type ProxyDecoding =
  | { readonly state: "incomplete" }
  | { readonly state: "malformed"; readonly fault: string }
  /** `length` octets are the header; what stands behind them is the client's. */
  | ({ readonly state: "complete"; readonly length: number } & ProxyHeader);

export const INCOMPLETE_HEADER: ProxyDecoding = { state: "incomplete" };

export function malformedHeader(fault: string): ProxyDecoding {
  return { state: "malformed", fault };
}
