/**
 * The form of a request path that routes are matched against. Gateway and endpoint must not read one path in two ways,
 * so what can be read in two ways is refused, and nothing is ever resolved or merged: `//` is an empty segment, literally.
 *
 * - Percent-encodings of unreserved characters are decoded, all others get upper-case hex (RFC 3986 section 6.2.2), so that
 *   `/%75sers` is `/users`, while `%2F` stays a part of its segment.
 * - Characters that a URI cannot have, but clients do send (`{ } " < > ^ | ` and the backtick), are percent-encoded, as the
 *   WHATWG URL standard does.
 * - Dot segments are refused, and so is what an endpoint could turn into one by decoding `%2F` or `%5C` (`/a/..%2Fb`) or by
 *   cutting off a path parameter (`/a/..;x/b`).
 * - A backslash is refused: WHATWG parsers take it for a slash, RFC 3986 does not know it. So are control characters, sent
 *   plainly or encoded, and octets beyond ASCII, whose encoding would have to be guessed.
 */

/** Why a path cannot be used. */
export type PathProblem =
  | "not-absolute"
  | "dot-segment"
  | "broken-encoding"
  | "control-character"
  | "backslash"
  | "not-ascii"
  | "query-or-fragment";

/** What the problem is, as the end of a sentence that begins with "the path". */
export const PATH_PROBLEMS: Readonly<Record<PathProblem, string>> = {
  "not-absolute": 'does not begin with "/"',
  "dot-segment": 'has a dot segment ("." or "..")',
  "broken-encoding": 'has a "%" that is not followed by two hexadecimal digits',
  "control-character": "has a control character",
  backslash: "has a backslash",
  "not-ascii": "has a character beyond ASCII that is not percent-encoded",
  "query-or-fragment": 'has a "?" or "#"',
};

const SLASH = 0x2f;
const DOT = 0x2e;
const PERCENT = 0x25;

/** 1 for the characters of RFC 3986's `pchar` and "/", but for "%": a path of these alone is in its normal form. */
const PLAIN = new Uint8Array(128);
for (const char of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/") {
  PLAIN[char.charCodeAt(0)] = 1;
}

const UNRESERVED = /^[A-Za-z0-9._~-]$/;
const HEX_PAIR = /^[0-9A-Fa-f]{2}$/;
/** On a path whose dots are decoded; see the head of this file. */
const DOT_SEGMENT = /(?:\/|%2F|%5C)\.{1,2}(?:$|\/|;|%2F|%5C)/;

/**
 * The path as used for matching, or `undefined` if it is refused (400, GW0204); {@link pathProblem} says why.
 * `rawPath` is as sent, without the query. A path of plain characters is returned as it is, after one scan.
 * Source: RFC 3986 sections 3.3, 6.2.2 and 6.2.3; WHATWG URL, path percent-encode set.
 */
export function normalizePath(rawPath: string): string | undefined {
  return isPlain(rawPath) ? rawPath : normalizeSlowly(rawPath).path;
}

/** Why {@link normalizePath} refuses this path; `undefined` if it does not. */
export function pathProblem(rawPath: string): PathProblem | undefined {
  return isPlain(rawPath) ? undefined : normalizeSlowly(rawPath).problem;
}

/** True only for paths that are their own normal form; a segment that begins with a dot is left to the slow way. */
function isPlain(rawPath: string): boolean {
  let previous = 0;
  for (let i = 0; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i);
    if (code >= 128 || PLAIN[code] === 0 || (code === DOT && previous === SLASH)) return false;
    previous = code;
  }
  return rawPath.charCodeAt(0) === SLASH;
}

function normalizeSlowly(rawPath: string): { path?: string; problem?: PathProblem } {
  if (rawPath.charCodeAt(0) !== SLASH) return { problem: "not-absolute" };
  let path = "";
  for (let i = 0; i < rawPath.length; i++) {
    const code = rawPath.charCodeAt(i);
    if (code < 128 && PLAIN[code] === 1) {
      path += rawPath[i];
    } else if (code === PERCENT) {
      const hex = rawPath.slice(i + 1, i + 3);
      if (!HEX_PAIR.test(hex)) return { problem: "broken-encoding" };
      const octet = Number.parseInt(hex, 16);
      if (isControl(octet)) return { problem: "control-character" };
      path += canonicalOctet(octet);
      i += 2;
    } else {
      const problem = characterProblem(code);
      if (problem !== undefined) return { problem };
      path += canonicalOctet(code);
    }
  }
  return DOT_SEGMENT.test(path) ? { problem: "dot-segment" } : { path };
}

function characterProblem(code: number): PathProblem | undefined {
  if (isControl(code)) return "control-character";
  if (code === 0x5c) return "backslash";
  if (code === 0x3f || code === 0x23) return "query-or-fragment";
  return code >= 128 ? "not-ascii" : undefined;
}

function isControl(octet: number): boolean {
  return octet < 0x20 || octet === 0x7f;
}

function canonicalOctet(octet: number): string {
  const char = String.fromCharCode(octet);
  return UNRESERVED.test(char) ? char : `%${octet.toString(16).toUpperCase().padStart(2, "0")}`;
}
