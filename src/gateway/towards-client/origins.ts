type Scheme = "http" | "https";

/** Where an endpoint is, and where its client believes it to be. */
export interface Origins {
  readonly endpoint: { readonly scheme: Scheme; readonly host: string; readonly port: number };
  /** Host in place of the client's, by `rewrite.host`. */
  readonly rewrittenHost: string | undefined;
  /** `authority` is as the client wrote it, with its port; "" if it named none. */
  readonly client: { readonly scheme: Scheme; readonly authority: string };
}

const DEFAULT_PORTS = { http: "80", https: "443" } as const;
const LOOPBACK: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether an origin in a response is the endpoint's own, as far as it can know: where it listens, the Host that it was
 * sent, or the client's origin. Of that, `http` alone is taken for the client's `https`, because TLS ends here; `https`
 * where the client speaks `http` sends it elsewhere on purpose.
 */
export function isOwnOrigin(scheme: Scheme, authority: string, { endpoint, rewrittenHost, client }: Origins): boolean {
  const { host, port } = splitAuthority(authority, scheme);
  if (scheme === endpoint.scheme && port === String(endpoint.port) && sameHost(host, endpoint.host)) return true;
  if (rewrittenHost !== undefined && isSame(authority, rewrittenHost, scheme)) return true;
  if (client.authority === "" || (scheme === "https" && client.scheme === "http")) return false;
  return isSame(authority, client.authority, scheme) || isSame(authority, client.authority, client.scheme);
}

/** The hosts, without ports and in lower case, that an endpoint may take for its own. */
export function ownHosts({ endpoint, rewrittenHost }: Origins): string[] {
  const rewritten = rewrittenHost === undefined ? [] : [splitAuthority(rewrittenHost, "http").host];
  return [endpoint.host.toLowerCase(), ...rewritten];
}

/** "Shop.localhost:8080" → host and port, the scheme's own where none is written. */
export function splitAuthority(authority: string, scheme: Scheme): { host: string; port: string } {
  const [, host = "", port = ""] = /^(.*?)(?::(\d*))?$/s.exec(authority) ?? [];
  return { host: host.toLowerCase(), port: port === "" ? DEFAULT_PORTS[scheme] : port };
}

function isSame(a: string, b: string, scheme: Scheme): boolean {
  const [left, right] = [splitAuthority(a, scheme), splitAuthority(b, scheme)];
  return left.host === right.host && left.port === right.port;
}

/** Servers on this machine call it by any of its names. */
function sameHost(a: string, b: string): boolean {
  const other = b.includes(":") && !b.startsWith("[") ? `[${b}]` : b.toLowerCase();
  return a === other || (LOOPBACK.has(a) && LOOPBACK.has(other));
}
