import type { Redis } from "ioredis";
import type { Millis } from "../../shared/clock.ts";
import type { RedisAddress } from "../../shared/redis-url.ts";

/** What is sent as soon as it is asked for: these are put together already, or part of the beginning. */
const SENT_AT_ONCE = ["evalsha", "eval", "auth", "select"];

/** Proves that it does what is needed, scripts and writing: a copy that is read-only, or one that is full, does not. */
const PROOF = "return redis.call('set', KEYS[1], '1', 'px', 1000)";

const CLOSED = "it has closed the connection";

/** One connection to a Redis. When it is lost it is not opened again: another one is made. */
export interface RedisLink {
  readonly client: Redis;
  /** Rejects if the Redis is not of use. Takes one round trip. */
  prove(key: string): Promise<unknown>;
  close(): void;
}

/**
 * Connects and logs in.
 *
 * ioredis does neither by itself here: it would keep questions until it has connected again, and write of passwords to
 * the terminal.
 *
 * @param onLost told once when the connection ends, but not after `close`
 * @throws Error that says why not; it tells no credentials
 */
export async function openRedisLink(
  address: RedisAddress,
  timeout: Millis,
  onLost: (reason: string) => void,
): Promise<RedisLink> {
  const { Redis } = await import("ioredis");
  const client = new Redis({
    host: address.host,
    port: address.port,
    ...(address.isTls ? { tls: { servername: serverName(address.host) } } : {}),
    connectTimeout: timeout,
    lazyConnect: true,
    retryStrategy: null,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    disableClientInfo: true,
    protocol: 2,
    enableAutoPipelining: true,
    autoPipeliningIgnoredCommands: SENT_AT_ONCE,
  });
  let problem: unknown;
  let isClosed = false;
  client.on("error", (error) => {
    problem = error;
  });
  const close = (): void => {
    isClosed = true;
    client.disconnect();
  };
  // The system may take the connection for a Redis that has stopped.
  const timer = setTimeout(() => {
    problem = new Error("it takes connections, but does not answer");
    close();
  }, timeout);
  try {
    await client.connect();
    await logIn(client, address);
  } catch (error) {
    close();
    // oxlint-disable-next-line preserve-caught-error -- ioredis's errors hold the command, and so the password
    throw new Error(reasonOf(problem ?? error));
  } finally {
    clearTimeout(timer);
  }
  client.on("close", () => {
    if (!isClosed) onLost(problem === undefined ? CLOSED : reasonOf(problem));
  });
  return { client, prove: (key) => client.eval(PROOF, 1, key), close };
}

async function logIn(client: Redis, { username, password, database }: RedisAddress): Promise<void> {
  if (password !== undefined) await (username === undefined ? client.auth(password) : client.auth(username, password));
  if (database !== 0) await client.select(database);
}

/** Addresses are no server names (RFC 6066 section 3). */
function serverName(host: string): string {
  return /^[\d.]+$|:/.test(host) ? "" : host;
}

/** The first line of what an error says, of which there may be several at once. */
export function reasonOf(error: unknown): string {
  const [first = error] = error instanceof AggregateError ? (error.errors as unknown[]) : [];
  const message = first instanceof Error ? first.message : String(first);
  if (/^(?:Stream isn't writeable|Connection is closed)/.test(message)) return CLOSED;
  return message.split("\n", 1)[0] || "it cannot be reached";
}
