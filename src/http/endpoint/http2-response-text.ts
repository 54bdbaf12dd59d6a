import { FIELD_NAME, FIELD_VALUE, type RequestText } from "../client/http2-request-text.ts";

/** RFC 9113 section 8.2.2: an endpoint that sends one of these is not to be passed on, or it could reframe its answer. */
const CONNECTION_SPECIFIC = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/**
 * Writes an HTTP/2 response's header list as the head of the same response in HTTP/1.1, so that the rules for those hold
 * for it too. Names and values are checked before they become lines.
 *
 * @param list names and values by turns, as they came, one character an octet
 * @param isEmpty nothing follows, where a body could: `content-length: 0` says so, if no field does, to whoever is not
 *   told by frames
 */
export function responseText(list: readonly string[], isEmpty: boolean): RequestText {
  let status: string | undefined;
  let lines = "";
  let hasLength = false;
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (name === ":status" && status === undefined && lines === "") status = value;
    else if (!FIELD_NAME.test(name)) return { fault: "a header field name with a character that it may not have" };
    else if (!FIELD_VALUE.test(value)) return { fault: "a control character in a header field value" };
    else if (CONNECTION_SPECIFIC.has(name)) return { fault: `the connection-specific field ${name}` };
    else {
      hasLength ||= name === "content-length";
      lines += `${name}: ${value}\r\n`;
    }
  }
  if (status === undefined || !/^[1-5]\d\d$/.test(status)) return { fault: "no usable :status" };
  if (status === "101") return { fault: "the status 101" };
  const length = isEmpty && !hasLength && mayHaveBody(status) ? "content-length: 0\r\n" : "";
  return { text: `HTTP/1.1 ${status} \r\n${lines}${length}\r\n` };
}

/** RFC 9110 section 8.6: others have no Content-Length, or one that speaks of another response. */
function mayHaveBody(status: string): boolean {
  return !status.startsWith("1") && status !== "204" && status !== "304";
}
