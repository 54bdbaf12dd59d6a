import { type AddressInfo, createServer, type Server } from "node:net";
import { createRng, nextInt } from "../shared/rng.ts";
import { acceptsConnection } from "./readiness.ts";

/**
 * Ports to try first. They lie below every system's range for outgoing connections (Linux 32768 and up, macOS 49152
 * and up): a port from inside that range can be taken by a connection while its service restarts, and a probe of it
 * can even connect to itself and look like an answer.
 */
const FIRST = 20_100;
const COUNT = 1_900;

/**
 * Ports that nothing listens on now, on IPv4 or IPv6, all different. The same `seed` gives the same ports wherever they
 * are free, so that a service keeps its endpoints' names from one `up` to the next.
 *
 * Nothing reserves them: another process may take one between this call and its use.
 */
export async function freePorts(
  count: number,
  seed: string,
  taken: ReadonlySet<number> = new Set(),
): Promise<number[]> {
  const start = nextInt(createRng(seed), COUNT);
  const ports: number[] = [];
  for (let step = 0; step < COUNT && ports.length < count; step++) {
    const port = FIRST + ((start + step) % COUNT);
    if (!taken.has(port) && (await isFree(port))) ports.push(port);
  }
  while (ports.length < count) ports.push(await anyFreePort());
  return ports;
}

/** True if a server may bind the port on every address of this machine, and nobody answers on it. */
export async function isFree(port: number): Promise<boolean> {
  // macOS lets one socket bind all addresses while another has the loopback one: hence the second question.
  const server = await bind(port);
  if (!server) return false;
  await close(server);
  return !(await acceptsConnection(port));
}

async function anyFreePort(): Promise<number> {
  const server = await bind(0);
  if (!server) throw new Error("The system has no free port left");
  const { port } = server.address() as AddressInfo;
  await close(server);
  return port;
}

/** Binds all addresses, IPv6 included where the machine has it. */
async function bind(port: number): Promise<Server | undefined> {
  return (await listen(port, "::")) ?? (await listen(port, "0.0.0.0"));
}

function listen(port: number, host: string): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(undefined));
    server.listen({ port, host, exclusive: true }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
