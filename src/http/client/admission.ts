import type { Socket } from "node:net";
import { isLoopback } from "./peer-address.ts";

/** How many connections there may be: in all, and from one address. */
export interface AdmissionLimits {
  readonly connections: number;
  readonly connectionsPerIp: number;
}

/** Counts the open connections of a listener, from the moment that they are accepted. */
export class Admission {
  private readonly limits: AdmissionLimits;
  private readonly sockets = new Set<Socket>();
  private readonly perAddress = new Map<string, number>();
  private readonly forget = this.makeForget();

  constructor(limits: AdmissionLimits) {
    this.limits = limits;
  }

  get count(): number {
    return this.sockets.size;
  }

  /** @returns false if there are too many already; else it is counted until it closes */
  admit(socket: Socket, peerIp: string): boolean {
    if (this.sockets.size >= this.limits.connections) return false;
    // Loopback clients are one developer's own: a browser and a load test share an address there.
    if (!isLoopback(peerIp) && !this.countAddress(socket, peerIp)) return false;
    this.sockets.add(socket);
    socket.on("close", this.forget);
    return true;
  }

  /** One function for all sockets: every connection would pay for one of its own. */
  private makeForget(): (this: Socket) => void {
    const { sockets } = this;
    return function forget() {
      sockets.delete(this);
    };
  }

  private countAddress(socket: Socket, peerIp: string): boolean {
    const { perAddress } = this;
    const open = perAddress.get(peerIp) ?? 0;
    if (open >= this.limits.connectionsPerIp) return false;
    perAddress.set(peerIp, open + 1);
    socket.once("close", () => {
      const left = (perAddress.get(peerIp) ?? 1) - 1;
      if (left > 0) perAddress.set(peerIp, left);
      else perAddress.delete(peerIp);
    });
    return true;
  }

  /** Ends every connection, also those that are not served yet. */
  destroyAll(): void {
    for (const socket of [...this.sockets]) socket.destroy();
  }
}
