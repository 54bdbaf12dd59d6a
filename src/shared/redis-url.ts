/** Where a Redis is, and who one is there. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  /** The number of the database. */
  readonly database: number;
  readonly isTls: boolean;
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** The URL without credentials: for eyes. */
  readonly shown: string;
}

const STANDARD_PORT = 6379;

/**
 * Reads `redis://` and, over TLS, `rediss://` with user, password, host, port and the number of a database, all but the
 * host as one likes (the provisional IANA schemes "redis" and "rediss").
 *
 * @returns or what is wrong with it, in a phrase that repeats nothing of it
 */
export function parseRedisUrl(text: string): RedisAddress | string {
  const [scheme] = /^rediss?(?=:\/\/)/.exec(text) ?? [];
  if (scheme === undefined) return "begins with neither redis:// nor rediss://";
  if (!URL.canParse(text)) return "is no URL";
  const { hostname, port, username, password, pathname, search, hash } = new URL(text);
  if (hostname === "") return "names no host";
  if (port === "0") return "has port 0";
  if (search !== "" || hash !== "") return "has options behind ? or #, and none are known";
  const [, database] = /^\/(\d{1,5})$/.exec(pathname) ?? [];
  if (pathname.length > 1 && database === undefined) return "has a path that is not the number of a database, as in /1";
  const [user, secret] = [decode(username), decode(password)];
  if (user === undefined || secret === undefined) return "has a % in its credentials that must be written %25";
  if (user !== "" && secret === "") return "has a user without a password";
  return {
    host: hostname.replace(/^\[(.*)\]$/, "$1"),
    port: port === "" ? STANDARD_PORT : Number(port),
    database: Number(database ?? 0),
    isTls: scheme === "rediss",
    username: user === "" ? undefined : user,
    password: secret === "" ? undefined : secret,
    shown: `${scheme}://${hostname}:${port || STANDARD_PORT}${database === undefined ? "" : `/${database}`}`,
  };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
