import type { Socket } from "node:net";
import ipaddr from "ipaddr.js";
import { isLoopback } from "./peer-address.ts";

/** How many connections there may be: in all, and from one address. */
export interface AdmissionLimits {
  readonly connections: number;
  readonly connectionsPerIp: number;
}

/** How many connections are open; one for all listeners of a gateway, whose limits are its own. */
export class ConnectionCounts {
  total = 0;
  readonly perClient = new Map<string, number>();
}

/** Counts the open connections of a listener, from the moment that they are accepted. */
export class Admission {
  private readonly limits: AdmissionLimits;
  private readonly counts: ConnectionCounts;
  private readonly sockets = new Set<Socket>();

  constructor(limits: AdmissionLimits, counts = new ConnectionCounts()) {
    this.limits = limits;
    this.counts = counts;
  }

  /** Those of this listener. */
  get count(): number {
    return this.sockets.size;
  }

  /** @returns false if there are too many already; else it is counted until it closes */
  admit(socket: Socket): boolean {
    const { counts, sockets } = this;
    if (counts.total >= this.limits.connections) return false;
    counts.total++;
    sockets.add(socket);
    socket.once("close", () => {
      counts.total--;
      sockets.delete(socket);
    });
    return true;
  }

  /**
   * Counts an admitted connection for the client that it comes from; where a proxy says who that is, as soon as it has.
   * @returns false if this client has too many already
   */
  admitClient(socket: Socket, ip: string): boolean {
    // Loopback clients are one developer's own: a browser and a load test share an address there.
    if (isLoopback(ip)) return true;
    const { perClient } = this.counts;
    const client = networkOf(ip);
    const open = perClient.get(client) ?? 0;
    if (open >= this.limits.connectionsPerIp) return false;
    perClient.set(client, open + 1);
    socket.once("close", () => {
      const left = (perClient.get(client) ?? 1) - 1;
      if (left > 0) perClient.set(client, left);
      else perClient.delete(client);
    });
    return true;
  }

  /** Ends every connection, also those that are not served yet. */
  destroyAll(): void {
    for (const socket of [...this.sockets]) socket.destroy();
  }
}

/** Whoever has one IPv6 address has the /64 around it (RFC 6177): counted one by one, they would have no limit. */
function networkOf(ip: string): string {
  if (!ip.includes(":") || !ipaddr.IPv6.isValid(ip)) return ip;
  return ipaddr.IPv6.parse(ip).parts.slice(0, 4).join(":");
}
