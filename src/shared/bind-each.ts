import { GatewayError } from "./errors/gateway-error.ts";

/** Does this machine lack the address, as ::1 where there is no IPv6? */
export function isAbsentAddress(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === "EADDRNOTAVAIL" || code === "EAFNOSUPPORT";
}

/** GW0010 for a port that is in use, GW0013 for an address that cannot be bound. */
export function bindError(cause: unknown, host: string, port: number): GatewayError {
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === "EADDRINUSE") return new GatewayError("GW0010", `Port ${port} is in use.`, { cause });
  return new GatewayError("GW0013", `${host}:${port} cannot be bound${code ? ` (${code})` : ""}.`, { cause });
}

/**
 * Binds one port on each of several addresses. Those that this machine does not have are left out, if there is another.
 * @throws GatewayError GW0010, GW0013; what was bound before stays so, for the caller to end
 */
export async function bindEach(
  hosts: readonly string[],
  port: () => number,
  bind: (host: string) => Promise<void>,
): Promise<void> {
  let bound = 0;
  for (const host of hosts) {
    try {
      await bind(host);
      bound++;
    } catch (error) {
      if (!isAbsentAddress(error) || hosts.length === 1) throw bindError(error, host, port());
    }
  }
  if (bound === 0) throw bindError(undefined, hosts.join(", "), port());
}
