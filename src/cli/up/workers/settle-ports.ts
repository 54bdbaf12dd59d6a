import type { Config } from "../../../config/config.ts";
import { freePorts } from "../../../processes/free-ports.ts";

/**
 * The config with a free port in place of each 0: all workers must listen on the same one, and those that start later
 * too, even if no other is alive at that moment. UDP is left as it is.
 *
 * Nothing reserves the ports until a worker binds them: another process may come first. They are none of those that the
 * system gives to outgoing connections. The same `seed` gives the same ports, where they are free.
 */
export async function settlePorts(config: Config, seed: string): Promise<Config> {
  const open = config.listeners.filter(isOpen);
  const taken = new Set(config.listeners.map(({ port }) => port));
  const ports = await freePorts(open.length, seed, taken);
  const settled = new Map(open.map((listener, index) => [listener, ports[index] ?? 0]));
  const listeners = config.listeners.map((listener) => ({ ...listener, port: settled.get(listener) ?? listener.port }));
  return { ...config, listeners };
}

/** Whether `settlePorts` has anything to do. */
export function hasOpenPorts(config: Config): boolean {
  return config.listeners.some(isOpen);
}

function isOpen(listener: Config["listeners"][number]): boolean {
  return listener.port === 0 && listener.kind !== "udp";
}
