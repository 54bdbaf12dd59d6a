import type { HeaderReader } from "./header-reader.ts";

/** What is known of a request before its body: all that routing, policies and explanations look at. */
export interface RequestFacts {
  /** As sent: methods are case-sensitive. */
  readonly method: string;
  /** From Host (or an absolute-form target), in lower case, without a port. */
  readonly host: string;
  /** Host as it goes on to the endpoint, with its port; absent of a request that nobody sends. */
  readonly authority?: string;
  /** The path as sent, and as it goes on where nothing rewrites it; absent of a request that nobody sends. */
  readonly rawPath?: string;
  /** The path as used for matching: unreserved percent-encodings decoded, `%2F` kept, no query. Begins with "/". */
  readonly path: string;
  /** The query as sent, without "?"; "" if there is none. */
  readonly query: string;
  readonly headers: HeaderReader;
  /** The client's address: the peer's, or what a trusted proxy said. IPv4-mapped IPv6 is written as IPv4. */
  readonly clientIp: string;
  /** "http" or "https", as the client spoke to the front. */
  readonly scheme: "http" | "https";
}
