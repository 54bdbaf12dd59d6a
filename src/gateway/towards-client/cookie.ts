import type { ClientView } from "./location.ts";
import { ownHosts, splitAuthority } from "./origins.ts";

/**
 * A Set-Cookie of an endpoint as the client can keep and return it (RFC 6265 section 5.2).
 *
 * - Domain goes where it is the endpoint's own host, or a domain around it, and not the client's: browsers would refuse the
 *   cookie. Without it, the cookie is the client's host's.
 * - Path is changed as locations are. "/" stays in front of a version that stands in the path, because the versions of an
 *   API have one session; and in `__Host-` cookies, which must have it.
 */
export function cookieTowardsClient(cookie: string, view: ClientView): string {
  const [pair = "", ...attributes] = cookie.split(";");
  const bound = pair.trimStart().startsWith("__Host-");
  let changed = false;
  const kept = attributes.flatMap((attribute) => {
    const equals = attribute.indexOf("=");
    const name = attribute.slice(0, Math.max(equals, 0)).trim();
    const value = attribute.slice(equals + 1).trim();
    const mapped = attributeTowardsClient(name.toLowerCase(), value, bound, view);
    if (mapped === value) return [attribute];
    changed = true;
    return mapped === undefined ? [] : [` ${name}=${mapped}`];
  });
  return changed ? [pair, ...kept].join(";") : cookie;
}

/** @returns the value, or `undefined` where the attribute goes */
function attributeTowardsClient(name: string, value: string, bound: boolean, view: ClientView): string | undefined {
  if (name === "domain") return isForeign(value.replace(/^\./, "").toLowerCase(), view) ? undefined : value;
  if (name !== "path" || bound || !value.startsWith("/")) return value;
  return view.cookiePath(value);
}

function isForeign(domain: string, view: ClientView): boolean {
  const client = splitAuthority(view.client.authority, view.client.scheme).host;
  const isOwn = ownHosts(view).some((host) => host === domain || (domain.includes(".") && isWithin(host, domain)));
  return isOwn && client !== domain && !(domain.includes(".") && isWithin(client, domain));
}

function isWithin(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`);
}
