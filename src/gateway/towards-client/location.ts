import { isOwnOrigin, type Origins } from "./origins.ts";

/** What is needed to say to a client what an endpoint says of itself. */
export interface ClientView extends Origins {
  /** A path of the endpoint's → the client's. */
  path(path: string): string;
  /** The same for a cookie. */
  cookiePath(path: string): string;
}

const REFERENCE = /^(?:([a-z]+):)?(?:\/\/([^/?#]*))?([^?#]*)(.*)$/is;

/**
 * A URI reference of an endpoint's response as the client has to read it (RFC 9110 section 10.2.2). One that names the
 * endpoint's own origin, or only a path from "/", is changed; one relative to the request's own path, and one to anywhere
 * else, are not.
 */
export function locationTowardsClient(reference: string, view: ClientView): string {
  const [, scheme, authority, path = "", rest = ""] = REFERENCE.exec(reference) ?? [];
  if (scheme === undefined && authority === undefined) {
    return path.startsWith("/") ? view.path(path) + rest : reference;
  }
  const named = (scheme ?? view.endpoint.scheme).toLowerCase();
  if ((named !== "http" && named !== "https") || !authority || !isOwnOrigin(named, authority, view)) return reference;
  const { client } = view;
  const mapped = view.path(path === "" ? "/" : path) + rest;
  return client.authority === "" ? mapped : `${client.scheme}://${client.authority}${mapped}`;
}

/** The same for a Refresh ("5; url=/login"), a field of browsers' own (WHATWG HTML, "Refresh"). */
export function refreshTowardsClient(value: string, view: ClientView): string {
  const [, before, quote = "", reference = ""] = /^(\s*[\d.]+\s*[;,\s]\s*url\s*=\s*)(["']?)(.*)$/is.exec(value) ?? [];
  if (before === undefined) return value;
  const end = quote === "" ? -1 : reference.indexOf(quote);
  const url = end < 0 ? reference : reference.slice(0, end);
  return before + quote + locationTowardsClient(url, view) + reference.slice(url.length);
}
