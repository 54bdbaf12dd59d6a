/** A header list as an HTTP/1.1 head, or what makes it malformed. */
export type RequestText = { readonly text: string } | { readonly fault: string };

/** RFC 9113 section 8.2.2: what speaks of an HTTP/1.x connection has no place here, and could reframe a forwarded request. */
const CONNECTION_SPECIFIC = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
]);

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** As METHOD, but in lower case (RFC 9113 section 8.2.1). */
export const FIELD_NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;
/** Nothing that could end the line, nor what is no octet. */
export const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
/** Visible ASCII but "#", as in octets.ts. */
const TARGET = /^[!"$-~]+$/;

interface Pseudo {
  ":method"?: string;
  ":scheme"?: string;
  ":authority"?: string;
  ":path"?: string;
}

/**
 * Writes an HTTP/2 request's header list as the head of the same request in HTTP/1.1 (RFC 9113 section 8.3.1), so that
 * it is read, routed and logged by what reads those. Whatever could be one thing here and another there is refused: names
 * and values are checked before they become lines, the target before it becomes part of one.
 *
 * @param list names and values by turns, as they came, one character an octet
 */
export function requestText(list: readonly string[]): RequestText {
  const pseudo: Pseudo = {};
  let lines = "";
  let host: string | undefined;
  let cookie: string | undefined;
  let regular = false;
  for (let i = 0; i + 1 < list.length; i += 2) {
    const name = list[i] as string;
    const value = list[i + 1] as string;
    if (name.charCodeAt(0) === 0x3a) {
      const fault = regular ? "a pseudo-header field behind a header field" : takePseudo(pseudo, name, value);
      if (fault !== undefined) return { fault };
      continue;
    }
    regular = true;
    const fault = fieldFault(name, value);
    if (fault !== undefined) return { fault };
    if (name === "cookie") cookie = cookie === undefined ? value : `${cookie}; ${value}`;
    else if (name === "host") {
      if (host !== undefined) return { fault: "several Host fields" };
      host = value;
    } else lines += `${name}: ${value}\r\n`;
  }
  // RFC 9113 section 8.2.3: crumbs become one field again, for whoever reads it behind.
  if (cookie !== undefined) lines += `cookie: ${cookie}\r\n`;
  return withStartLine(pseudo, host, lines);
}

function takePseudo(pseudo: Pseudo, name: string, value: string): string | undefined {
  if (name !== ":method" && name !== ":scheme" && name !== ":authority" && name !== ":path") {
    return "an unknown pseudo-header field";
  }
  if (pseudo[name] !== undefined) return `several ${name} pseudo-header fields`;
  pseudo[name] = value;
  return undefined;
}

function fieldFault(name: string, value: string): string | undefined {
  if (!FIELD_NAME.test(name)) return "a header field name with a character that it may not have";
  if (!FIELD_VALUE.test(value)) return "a control character in a header field value";
  if (CONNECTION_SPECIFIC.has(name)) return `the connection-specific field ${name}`;
  if (name === "te" && value.toLowerCase() !== "trailers") return "a TE field other than trailers";
  return undefined;
}

function withStartLine(pseudo: Pseudo, host: string | undefined, lines: string): RequestText {
  const { ":method": method, ":scheme": scheme, ":authority": authority, ":path": path } = pseudo;
  if (method === undefined || !METHOD.test(method)) return { fault: "no usable :method" };
  if (authority !== undefined && !TARGET.test(authority)) return { fault: "an unusable :authority" };
  // RFC 9113 section 8.3.1: Host may say the same again, and nothing else.
  if (authority !== undefined && host !== undefined && authority.toLowerCase() !== host.toLowerCase()) {
    return { fault: "a Host field that differs from :authority" };
  }
  const hostLine = authority ?? host;
  const head = hostLine === undefined ? lines : `host: ${hostLine}\r\n${lines}`;
  // RFC 9113 section 8.5: it has neither :scheme nor :path.
  if (method === "CONNECT") {
    if (scheme !== undefined || path !== undefined) return { fault: "a :scheme or :path with CONNECT" };
    return { text: `CONNECT ${authority ?? "-"} HTTP/1.1\r\n${head}\r\n` };
  }
  if (scheme === undefined || !/^https?$/i.test(scheme)) return { fault: "no usable :scheme" };
  if (path === undefined || !TARGET.test(path)) return { fault: "no usable :path" };
  if (path.charCodeAt(0) !== 0x2f && path !== "*") return { fault: "a :path that does not begin with /" };
  return { text: `${method} ${path} HTTP/1.1\r\n${head}\r\n` };
}
