/** One element of Forwarded (RFC 7239 section 4): what one proxy says of what it was sent. "" where it says nothing. */
export interface ForwardedElement {
  /** The node that sent it: an address with or without a port, "unknown", or a name beginning with "_". */
  readonly for: string;
  readonly proto: string;
  readonly host: string;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const PAIR = new RegExp(`^[ \\t]*(${TOKEN})=(?:(${TOKEN})|"((?:[^"\\\\]|\\\\.)*)")[ \\t]*$`);

/**
 * The elements of Forwarded, the nearest proxy's first.
 *
 * They are cut at every comma, and read each by itself, from the right: nothing that a client wrote further to the left,
 * such as a quote that it never closed, changes how the elements that proxies appended are read. Of the parameters that
 * RFC 7239 defines, none has a comma or a semicolon.
 *
 * @returns `undefined` in place of an element that is not one; what stands to its left need not be looked at
 */
export function* forwardedElements(value: string): Generator<ForwardedElement | undefined> {
  for (let end = value.length; end >= 0; ) {
    const comma = end === 0 ? -1 : value.lastIndexOf(",", end - 1);
    const piece = value.slice(comma + 1, end);
    // RFC 9110 section 5.6.1: empty elements of a list are skipped.
    if (/[^ \t]/.test(piece)) yield readElement(piece);
    end = comma;
  }
}

function readElement(piece: string): ForwardedElement | undefined {
  const said = new Map<string, string>();
  for (const part of piece.split(";")) {
    if (!/[^ \t]/.test(part)) continue;
    const [, name = "", token, quoted = ""] = PAIR.exec(part) ?? [];
    if (name === "" || said.has(name.toLowerCase())) return undefined;
    said.set(name.toLowerCase(), token ?? quoted.replace(/\\(.)/gs, "$1"));
  }
  return { for: said.get("for") ?? "", proto: said.get("proto") ?? "", host: said.get("host") ?? "" };
}

/** An element in its plainest form. `ip` is an address; `host` may be "". */
export function renderForwarded(ip: string, scheme: string, host: string): string {
  const node = ip.includes(":") ? `"[${ip}]"` : ip;
  const hostPair = host === "" ? "" : `;host="${host}"`;
  return `for=${node}${hostPair};proto=${scheme}`;
}
