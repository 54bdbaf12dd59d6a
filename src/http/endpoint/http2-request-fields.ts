import { emptyFields, type Fields } from "../exchange/http2-response-fields.ts";

/** RFC 9113 section 8.2.2: they speak of an HTTP/1.1 connection, and have no place here. Host has become :authority. */
const DROPPED = new Set([
  "host",
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

/**
 * The header list of a request in HTTP/2 (RFC 9113 section 8.3.1), out of the HTTP/1.1 head that `requestHead` makes.
 *
 * @param head start line and field lines, each with its CRLF, and the empty line
 */
export function requestFields(head: string, scheme: "http" | "https"): Fields {
  const fields = emptyFields();
  const lineEnd = head.indexOf("\r\n");
  const [method = "", path = ""] = head.slice(0, lineEnd).split(" ");
  fields[":method"] = method;
  fields[":scheme"] = scheme;
  fields[":path"] = path;
  for (let at = lineEnd + 2, end = head.indexOf("\r\n", at); end > at; at = end + 2, end = head.indexOf("\r\n", at)) {
    const colon = head.indexOf(":", at);
    const name = head.slice(at, colon).toLowerCase();
    const value = trimmed(head, colon + 1, end);
    if (name === "host") fields[":authority"] = value;
    else if (!DROPPED.has(name)) add(fields, name, value);
  }
  return fields;
}

function add(fields: Fields, name: string, value: string): void {
  const before = fields[name];
  if (before === undefined) fields[name] = value;
  // RFC 9113 section 8.2.3: crumbs of a cookie are put together by "; " alone.
  else if (name === "cookie") fields[name] = `${String(before)}; ${value}`;
  else if (Array.isArray(before)) before.push(value);
  else fields[name] = [String(before), value];
}

/** Without the spaces and tabs around it: an HTTP/2 field value has none (RFC 9113 section 8.2.1). */
function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}
