import type { RequestFacts } from "../../../exchange/request-facts.ts";

/** What a return path may have at most: it is kept in a cookie. */
const MOST_RETURN_LENGTH = 512;

/**
 * Whether a browser asks for a page, and not a program or a page's script, for which a login page is no answer. Browsers
 * say so by Sec-Fetch-Mode where the origin is https or this machine; elsewhere Accept has to do.
 * Source: W3C Fetch Metadata section 2.2.
 */
export function isNavigation({ method, headers }: RequestFacts): boolean {
  if (method !== "GET" && method !== "HEAD") return false;
  const mode = headers.get("sec-fetch-mode");
  return (mode === undefined || mode === "navigate") && /\btext\/html\b/i.test(headers.get("accept") ?? "");
}

/**
 * The origin as the browser sees it: the scheme as the front was spoken to (a trusted proxy's word included), and the
 * Host with its port; `undefined` for a request that names no host. A proxy in front has to leave Host as it came.
 */
export function originOf({ scheme, host, headers }: RequestFacts): string | undefined {
  if (host === "") return undefined;
  const named = (headers.get("host") ?? "").toLowerCase();
  const [, name = "", port = ""] = /^(.*?)\.?(:\d{1,5})?$/.exec(named) ?? [];
  // The target's absolute form counts before Host (RFC 9112 section 3.2.2).
  return name === host && port !== (scheme === "https" ? ":443" : ":80")
    ? `${scheme}://${host}${port}`
    : `${scheme}://${host}`;
}

/** What the browser asked for, to be shown after the login: path and query. One that is too long loses the query. */
export function returnPathOf({ path, query }: RequestFacts): string {
  const whole = query === "" ? path : `${path}?${query}`;
  return [whole, path].find((one) => one.length <= MOST_RETURN_LENGTH) ?? "/";
}

/**
 * A return path as a Location on this origin and no other: "//evil.example" would be read as a host, so a path that
 * begins like that goes out with the origin in front of it.
 */
export function returnLocation(origin: string, path: string): string {
  if (!path.startsWith("/")) return `${origin}/`;
  return /^\/[/\\]/.test(path) ? `${origin}${path}` : path;
}

/**
 * Whether the browser says that a page of this very origin, or the user's own hand, asks. Source: W3C Fetch Metadata
 * section 2.1; where that is not sent, Origin and Referer have to name this origin.
 */
export function isFromHere({ headers }: RequestFacts, origin: string): boolean {
  const site = headers.get("sec-fetch-site");
  if (site !== undefined) return site === "same-origin" || site === "none";
  const named = headers.get("origin") ?? headers.get("referer");
  return named !== undefined && URL.canParse(named) && new URL(named).origin === origin;
}
