import { isOwnOrigin, type Origins } from "./origins.ts";

/** What is needed to say to a client what an endpoint says of itself. */
export interface ClientView extends Origins {
  /** A path of the endpoint's → the client's. */
  path(path: string): string;
  /** The same for a cookie. */
  cookiePath(path: string): string;
}

const REFERENCE = /^(?:([a-z]+):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/** To browsers, a backslash is a slash, and a tab is nothing (WHATWG URL, section 4.4). */
const AUTHORITY_LIKE = /^\/\t*[/\\]/;

/**
 * A URI reference of an endpoint's response as the client has to read it (RFC 9110 section 10.2.2). One that names the
 * endpoint's own origin, or only a path from "/", is changed; one relative to the request's own path, and one to anywhere
 * else, are not.
 */
export function locationTowardsClient(reference: string, view: ClientView): string {
  const [, scheme, authority, path = "", rest = ""] = REFERENCE.exec(reference) ?? [];
  const isPath = scheme === undefined && authority === undefined;
  if (isPath ? !path.startsWith("/") || AUTHORITY_LIKE.test(path) : !isOwn(scheme, authority, view)) return reference;
  const mapped = view.path(path === "" ? "/" : path) + rest;
  // By itself, a path that looks like an authority would lead the client to another host.
  const standsAlone = !AUTHORITY_LIKE.test(mapped);
  if (isPath && standsAlone) return mapped;
  const { client } = view;
  if (client.authority !== "") return `${client.scheme}://${client.authority}${mapped}`;
  return standsAlone ? mapped : reference;
}

function isOwn(scheme: string | undefined, authority: string | undefined, view: ClientView): boolean {
  const named = (scheme ?? view.endpoint.scheme).toLowerCase();
  return (named === "http" || named === "https") && !!authority && isOwnOrigin(named, authority, view);
}

/** The same for a Refresh ("5; url=/login"), a field of browsers' own (WHATWG HTML, "Refresh"). */
export function refreshTowardsClient(value: string, view: ClientView): string {
  const [, before, quote = "", reference = ""] = /^(\s*[\d.]+[\s;,]+url\s*=\s*)(["']?)(.*)$/is.exec(value) ?? [];
  if (before === undefined) return value;
  const end = quote === "" ? -1 : reference.indexOf(quote);
  const url = end < 0 ? reference : reference.slice(0, end);
  return before + quote + locationTowardsClient(url, view) + reference.slice(url.length);
}
