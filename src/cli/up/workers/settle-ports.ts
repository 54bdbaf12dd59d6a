import { type AddressInfo, createServer, type Server } from "node:net";
import type { Config } from "../../../config/config.ts";

/** A free port of one address may be taken on the other. */
const MOST_DRAWS = 10;

/**
 * The config with a free port in place of each 0: all workers must listen on the same one, and those that start later
 * too, even if no other is alive at that moment. UDP is left as it is.
 *
 * Nothing reserves the ports: another process may take one between this call and its use.
 */
export async function settlePorts(config: Config): Promise<Config> {
  const listeners: Config["listeners"][number][] = [];
  for (const listener of config.listeners) {
    const settled = listener.port !== 0 || listener.kind === "udp";
    listeners.push(settled ? listener : { ...listener, port: await freePort(listener.hosts) });
  }
  return { ...config, listeners };
}

/** 0 if none was found: then binding it says what is wrong. */
async function freePort(hosts: readonly string[]): Promise<number> {
  for (let draw = 0; draw < MOST_DRAWS; draw++) {
    const port = await drawPort(hosts);
    if (port !== undefined) return port;
  }
  return 0;
}

/** A port that is free on every address that the machine has; `undefined` if what the system drew is not. */
async function drawPort(hosts: readonly string[]): Promise<number | undefined> {
  const servers: Server[] = [];
  let port = 0;
  try {
    for (const host of hosts) {
      const result = await listen(host, port);
      if (result === "in-use") return undefined;
      if (result === "absent") continue;
      servers.push(result);
      port = (result.address() as AddressInfo).port;
    }
    return port;
  } finally {
    await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

function listen(host: string, port: number): Promise<Server | "in-use" | "absent"> {
  const server = createServer();
  return new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "EADDRINUSE" ? "in-use" : "absent"));
    server.listen({ host, port, ipv6Only: host === "::" }, () => resolve(server));
  });
}
