import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { portOwner } from "../processes/port-owner.ts";
import { GatewayError } from "../shared/errors/gateway-error.ts";

/** Where the admin port is looked for when the config names none. */
export const FIRST_ADMIN_PORT = 9_900;
export const LAST_ADMIN_PORT = 9_919;

const HOSTS = ["127.0.0.1", "::1"] as const;
/** A free port of one address may be taken on the other. */
const MOST_DRAWS = 10;

/** One port on every loopback address that the machine has. */
export interface LoopbackServer {
  readonly port: number;
  /** Ends every connection at once. */
  close(): Promise<void>;
}

/**
 * Listens on 127.0.0.1 and ::1, and nowhere else. Without a port: the first free one from 9900 to 9919; 0: any free one.
 *
 * @throws GatewayError GW0010 if the port, or all of them, are in use; GW0013 if there is no loopback address to bind
 */
export async function listenOnLoopback(port: number | undefined, handle: RequestListener): Promise<LoopbackServer> {
  if (port === undefined) return firstFree(handle);
  for (let draw = 1; ; draw++) {
    const server = await tryPort(port, handle);
    if (server !== undefined) return server;
    if (port !== 0 || draw === MOST_DRAWS) throw await inUse(port);
  }
}

async function firstFree(handle: RequestListener): Promise<LoopbackServer> {
  for (let port = FIRST_ADMIN_PORT; port <= LAST_ADMIN_PORT; port++) {
    const server = await tryPort(port, handle);
    if (server !== undefined) return server;
  }
  const message = `The admin API found no free port: ${FIRST_ADMIN_PORT} to ${LAST_ADMIN_PORT} are all in use. Name another in \`admin:\`, or \`admin: false\`.`;
  throw new GatewayError("GW0010", message);
}

async function inUse(port: number): Promise<GatewayError> {
  const owner = await portOwner(port);
  const by = owner === undefined ? "" : ` by ${owner.command} (process ${owner.pid})`;
  return new GatewayError("GW0010", `Port ${port} of the admin API is in use${by}.`);
}

/** `undefined` if the port is in use on one of the addresses; then none is bound. */
async function tryPort(port: number, handle: RequestListener): Promise<LoopbackServer | undefined> {
  const servers: Server[] = [];
  let bound = port;
  for (const host of HOSTS) {
    const result = await bind(host, bound, handle);
    if (typeof result !== "string") {
      servers.push(result);
      bound = (result.address() as AddressInfo).port;
    } else if (result === "in-use") {
      await closeAll(servers);
      return undefined;
    }
  }
  if (servers.length === 0) throw new GatewayError("GW0013", "The machine has no loopback address to bind.");
  return { port: bound, close: () => closeAll(servers) };
}

/** @throws GatewayError GW0013 for a port that needs more rights */
function bind(host: string, port: number, handle: RequestListener): Promise<Server | "in-use" | "absent"> {
  const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 30_000 }, handle);
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve("in-use");
      else if (error.code === "EADDRNOTAVAIL" || error.code === "EAFNOSUPPORT") resolve("absent");
      else reject(new GatewayError("GW0013", `${host}:${port} cannot be bound: ${error.message}.`, { cause: error }));
    });
    server.listen({ host, port, exclusive: true, ipv6Only: host === "::1" }, () => {
      server.removeAllListeners("error");
      // Accepting can fail for want of file descriptors; the gateway goes on.
      server.on("error", () => {});
      resolve(server);
    });
  });
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  const closed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())));
  for (const server of servers) server.closeAllConnections();
  await Promise.all(closed);
}
