import type { RequestFacts } from "../../exchange/request-facts.ts";

/** Between a route's name and the URI; neither has one. */
const SEPARATOR = "\n";

/**
 * What a response is stored under: the request's own URI (RFC 9111 section 2), and the route, because two routes may send
 * the same URI to different services, or change it in different ways. Path and query are those that go on, octet for octet:
 * an endpoint that answers `/%61` with an error must not have it told to those who ask for `/a`.
 *
 * @param query as it goes on, without "?"
 */
export function cacheKey(routeName: string, request: RequestFacts, query: string): string {
  const path = request.rawPath ?? request.path;
  const uri = `${routeName}${SEPARATOR}${request.scheme}://${authorityOf(request)}${path}`;
  return query === "" ? uri : `${uri}?${query}`;
}

function authorityOf({ authority, host, scheme }: RequestFacts): string {
  if (authority === undefined) return host;
  const name = authority.toLowerCase();
  const port = scheme === "http" ? ":80" : ":443";
  return name.endsWith(port) ? name.slice(0, -port.length) : name;
}

/** The key of another URI, on another route. */
export function keyOf(routeName: string, uri: string): string {
  return routeName + SEPARATOR + uri;
}

export function uriOf(key: string): string {
  return key.slice(key.indexOf(SEPARATOR) + 1);
}

export function routeOf(key: string): string {
  return key.slice(0, key.indexOf(SEPARATOR));
}

/** The path of a URI as keys have it, without its query. */
export function pathOf(uri: string): string {
  const path = uri.slice(uri.indexOf("/", uri.indexOf("//") + 2));
  const mark = path.indexOf("?");
  return mark < 0 ? path : path.slice(0, mark);
}

/**
 * What a reference in a response leads to, as keys have URIs.
 * @returns `undefined` for what leads to another origin, or nowhere
 */
export function resolveReference(uri: string, reference: string): string | undefined {
  if (!URL.canParse(reference, uri)) return undefined;
  const { origin, pathname, search } = new URL(reference, uri);
  return origin === new URL(uri).origin ? origin + pathname + search : undefined;
}
