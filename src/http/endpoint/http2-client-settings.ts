import type { ClientSessionOptions } from "node:http2";
import { MAX_FIELDS } from "../head/message-head.ts";
import { MAX_RESPONSE_HEAD } from "../head/scan-response.ts";

/**
 * Exchanges that share a connection at most, whatever the endpoint would take: what is lost with one connection, and what
 * waits behind one lost packet, stays within bounds.
 */
export const MAX_STREAMS = 256;
/** Octets of one response that may be on their way while its client does not read. */
const STREAM_WINDOW = 128 * 1024;
/** The same for all responses of a connection together; no more than a hint, for each stream has its own bound. */
export const CONNECTION_WINDOW = 8 * 1024 * 1024;
/** In MB, for all that node:http2 keeps for one connection: beyond it streams are refused. Our own bounds are tighter. */
const SESSION_MEMORY = 256;

/** How node:http2 is to speak to endpoints. */
export function clientSettings(): ClientSessionOptions {
  return {
    settings: { enablePush: false, initialWindowSize: STREAM_WINDOW, maxHeaderListSize: MAX_RESPONSE_HEAD },
    // With :status; what is too many is told by the scan of the head.
    maxHeaderListPairs: MAX_FIELDS + 8,
    // A request's head has at most limits.headerBytes, which the config decides.
    maxSendHeaderBlockLength: 1024 * 1024,
    maxSessionMemory: SESSION_MEMORY,
  };
}
