import type { HeaderReader } from "./header-reader.ts";

/** A response that was read to its end for the gateway's own use. */
export interface CollectedResponse {
  readonly status: number;
  readonly headers: HeaderReader;
  /** Without framing; as coded as the endpoint sent it. */
  readonly body: Uint8Array;
}
