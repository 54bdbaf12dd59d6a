import { constants } from "node:http2";
import type { EndpointFailure } from "./receiver.ts";

/** What is known of a stream that ended before its answer was complete. */
export interface StreamEnd {
  /** RFC 9113 section 7. */
  readonly code: number;
  readonly error: (Error & { readonly code?: unknown }) | undefined;
  /** GOAWAY has named a lower stream than this one as the last that the endpoint has looked at. */
  readonly beyondGoaway: boolean;
  /** Something of an answer came. */
  readonly answered: boolean;
  /** The connection has served others before, and nobody else when this one began. */
  readonly wasIdle: boolean;
}

const {
  NGHTTP2_PROTOCOL_ERROR: PROTOCOL_ERROR,
  NGHTTP2_FRAME_SIZE_ERROR: FRAME_SIZE_ERROR,
  NGHTTP2_COMPRESSION_ERROR: COMPRESSION_ERROR,
  NGHTTP2_REFUSED_STREAM: REFUSED_STREAM,
  NGHTTP2_HTTP_1_1_REQUIRED: HTTP_1_1_REQUIRED,
} = constants;

/** Said by the endpoint, or by our side of what it sent: either way what came was not HTTP/2. */
const MALFORMED: ReadonlySet<number> = new Set([PROTOCOL_ERROR, FRAME_SIZE_ERROR, COMPRESSION_ERROR]);

/** By code (RFC 9113 section 7). */
const NAMES = (
  "NO_ERROR PROTOCOL_ERROR INTERNAL_ERROR FLOW_CONTROL_ERROR SETTINGS_TIMEOUT STREAM_CLOSED FRAME_SIZE_ERROR " +
  "REFUSED_STREAM CANCEL COMPRESSION_ERROR CONNECT_ERROR ENHANCE_YOUR_CALM INADEQUATE_SECURITY HTTP_1_1_REQUIRED"
).split(" ");

/**
 * What the end of a stream means for trying again.
 *
 * RFC 9113 sections 6.8 and 8.7: streams above GOAWAY's last one, and streams that were refused, have not been acted on.
 * A graceful restart must lose nobody, so the former count as not sent at all; a refusal says that there is too much
 * already, so a retry of it draws on the budget. For everything else the usual rules hold: what a connection that was
 * idle takes with it as it closes may be sent again, as in HTTP/1.1.
 */
export function failureOf({ code, error, beyondGoaway, answered, wasIdle }: StreamEnd): EndpointFailure {
  const nothingCame = !answered;
  if (nothingCame && beyondGoaway) {
    const detail = "it is shutting the connection down and has not looked at the request";
    return { outcome: "reset", detail, reused: true, nothingCame, unprocessed: true };
  }
  if (nothingCame && code === REFUSED_STREAM) {
    return { outcome: "reset", detail: "it refused the stream", reused: true, nothingCame };
  }
  if (code === HTTP_1_1_REQUIRED) {
    const detail = "it asks for HTTP/1.1 here";
    return { outcome: "error", detail, reason: "protocol", reused: false, nothingCame };
  }
  if (MALFORMED.has(code)) {
    const detail = `the stream was reset with ${NAMES[code]}: what it sent is not HTTP/2, or it does not take what was sent`;
    return { outcome: "error", detail, reason: "protocol", reused: false, nothingCame };
  }
  return { outcome: "reset", detail: detailOf(code, error), reused: wasIdle, nothingCame };
}

function detailOf(code: number, error: StreamEnd["error"]): string {
  if (error !== undefined && error.code !== "ERR_HTTP2_STREAM_ERROR") return error.message;
  return `it reset the stream with ${NAMES[code] ?? `code ${code}`} before its answer was complete`;
}
