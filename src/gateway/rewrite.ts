import type { Route } from "../config/config.ts";
import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { MatchSpec } from "../routing/match-spec.ts";
import { normalizePath } from "../routing/path.ts";

/** What of the request a rewrite needs: path as sent, and query without "?". */
export interface RewriteInput {
  readonly rawPath: string;
  readonly query: string;
}

/**
 * Works out what an endpoint is sent instead of the client's own target and Host; `undefined` where a capture makes the
 * path one that no client may send (400, GW0204): of `/files/...txt`, `(?<name>[^/]+)\.txt` captures "..".
 */
export type Rewriter = (input: RewriteInput, match: RouteMatch) => RequestRewrite | undefined;

/** Why such a request is refused. */
export const REWRITTEN_BADLY = "What the route captures of the path makes a path that cannot be used.";

/**
 * Compiles a route's `rewrite`; `undefined` if it has none. On a prefix match the rest of the path is appended, as the
 * client sent it; the query is kept; a capture is put in as the one segment that it was.
 */
export function compileRewrite(route: Pick<Route, "rewrite" | "match">): Rewriter | undefined {
  const { rewrite } = route;
  if (rewrite === undefined) return undefined;
  const { host, path, stripPrefix } = rewrite;
  // What is left then is about responses.
  if (path === undefined && !stripPrefix) return host === undefined ? undefined : () => ({ host });
  return (input, match) => {
    // OPTIONS *: there is no path to rewrite.
    if (input.rawPath === "*") return { host };
    const rest = restOfPath(input.rawPath, route.match[match.match]);
    const begin = path === undefined ? "" : fillCaptures(path, match.captures);
    if (begin !== path && begin !== "" && normalizePath(begin) === undefined) return undefined;
    const rewritten = join(begin, rest);
    return { host, target: input.query === "" ? rewritten : `${rewritten}?${input.query}` };
  };
}

/** What a prefix match leaves of the path as sent: "" or "/…". Nothing is left of an exact or regex match. */
export function restOfPath(rawPath: string, spec: MatchSpec | undefined): string {
  if (spec?.path === undefined) return rawPath;
  if (spec.path.kind !== "prefix") return "";
  // Segments are counted, not characters: the path as sent may have encodings that the normalised one has not.
  let at = 0;
  for (let segment = 0; segment < spec.path.segments.length; segment++) {
    const slash = rawPath.indexOf("/", at + 1);
    if (slash < 0) return "";
    at = slash;
  }
  return rawPath.slice(at);
}

function join(begin: string, rest: string): string {
  if (begin.endsWith("/") && rest.startsWith("/")) return begin + rest.slice(1);
  return begin + rest || "/";
}

function fillCaptures(template: string, captures: Readonly<Record<string, string>>): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => oneSegment(captures[name] ?? ""));
}

/** A regex capture may reach over several segments, or cut an encoding in two; all else is encoded already. */
function oneSegment(capture: string): string {
  return capture.replace(/\/|%(?![0-9A-Fa-f]{2})/g, (char) => (char === "/" ? "%2F" : "%25"));
}
