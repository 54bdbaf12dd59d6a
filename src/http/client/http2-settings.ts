import type { ServerOptions } from "node:http2";
import { MAX_FIELDS } from "../head/message-head.ts";

/** Requests that one connection may have in progress: what every browser and gRPC client is content with. */
export const MAX_STREAMS = 100;
/** Octets of one request's body that may be on their way while nobody has read them. */
export const STREAM_WINDOW = 64 * 1024;

/** Header lists up to this size are read, if only to be answered with 431; beyond it the stream is reset. */
const MIN_HEADER_LIST = 64 * 1024;
/** What each field counts for in a header list, beyond its name and value (RFC 9113 section 10.5.1). */
const FIELD_OVERHEAD = 32;

/**
 * How node:http2 is to treat a client: what is announced to it, and what it may do before its connection is ended.
 * @param headerBytes `limits.headerBytes`
 */
export function http2Settings(headerBytes: number): ServerOptions {
  return {
    settings: {
      maxConcurrentStreams: MAX_STREAMS,
      initialWindowSize: STREAM_WINDOW,
      maxHeaderListSize: Math.max(MIN_HEADER_LIST, headerBytes + MAX_FIELDS * FIELD_OVERHEAD),
    },
    // Cookies come in crumbs, each a field of its own; what are too many is told by 431.
    maxHeaderListPairs: MAX_FIELDS * 2,
    // An endpoint's response head has at most 64 KiB (MAX_RESPONSE_HEAD); a block that is too long for it would get stuck.
    maxSendHeaderBlockLength: 256 * 1024,
    maxSessionInvalidFrames: 100,
    maxSettings: 32,
  };
}
