/** What is the same for every request of one client connection. */
export interface ConnectionFacts {
  /** The peer's address, IPv4-mapped ones as IPv4; of the client that a PROXY protocol header names, where one came. */
  readonly peerIp: string;
  /** Is the peer one of `trustedProxies`? Then what it says of the client is believed. */
  readonly peerTrusted: boolean;
  readonly isTrusted: (ip: string) => boolean;
  readonly scheme: "http" | "https";
  /** That the peer connected to. */
  readonly port: number;
  /** Of HTTP, in Via; 1.1 or 1.0 by what each request says if it is not said. */
  readonly protocol?: "1.1" | "2.0";
  /** "gatewayctl-k3v9", in Via. */
  readonly instance: string;
  /** May answers tell this client what is behind the gateway (SEMANTICS: `expose: development`)? */
  readonly development: boolean;
}
