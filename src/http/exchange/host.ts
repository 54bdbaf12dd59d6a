/** RFC 3986 reg-name or IP literal, and an optional port. Nothing else may stand in Host. */
const AUTHORITY = /^((?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})+|\[[0-9A-Fa-f:.]+\])(?::(\d{0,5}))?$/;

let lastAuthority = "";
let lastHost: string | undefined;

/**
 * The host of a Host field's value or a target's authority, in lower case and without the port and a closing dot;
 * `undefined` if it is not one (no user information, no empty host). The last answer is kept: clients repeat themselves.
 */
export function parseHost(authority: string): string | undefined {
  if (authority === lastAuthority) return lastHost;
  const host = AUTHORITY.exec(authority)?.[1]?.toLowerCase();
  lastAuthority = authority;
  lastHost = host !== undefined && host.length > 1 && host.endsWith(".") ? host.slice(0, -1) : host;
  return lastHost;
}
