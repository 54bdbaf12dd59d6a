import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

interface Handshake {
  readonly socket: Socket;
  readonly onSecure: (socket: TLSSocket) => void;
  /** Takes the deadline back. */
  readonly forgetDeadline: () => void;
}

/**
 * The handshakes in progress. A TLS socket does not tell which socket it was made of, but both have the same two
 * addresses and ports, which no other open connection has. Unix sockets have none: there it is asked what Node keeps for
 * itself (`_parent`), which a test holds for every version.
 */
export class HandshakeTable {
  private readonly byAddresses = new Map<string | Socket, Handshake>();

  get size(): number {
    return this.byAddresses.size;
  }

  /**
   * The handshake counts until `finish`, or until its socket closes.
   * @returns false if the client has gone already
   */
  begin(socket: Socket, onSecure: (socket: TLSSocket) => void, forgetDeadline: () => void): boolean {
    const key = addressesOf(socket) ?? (isUnix(socket) ? socket : undefined);
    const handshake: Handshake = { socket, onSecure, forgetDeadline };
    socket.once("close", () => {
      forgetDeadline();
      // A client that was reset may have come again by the same port before its first connection's end was seen.
      if (key !== undefined && this.byAddresses.get(key) === handshake) this.byAddresses.delete(key);
    });
    if (key === undefined) return false;
    this.byAddresses.set(key, handshake);
    return true;
  }

  /** Hands a TLS socket on whose handshake is done. */
  finish(secured: TLSSocket): void {
    const key = addressesOf(secured) ?? (secured as { readonly _parent?: Socket })._parent;
    const handshake = key === undefined ? undefined : this.byAddresses.get(key);
    if (key === undefined || handshake === undefined) return void secured.destroy();
    this.byAddresses.delete(key);
    handshake.forgetDeadline();
    handshake.onSecure(secured);
  }

  destroyAll(): void {
    for (const { socket } of [...this.byAddresses.values()]) socket.destroy();
  }
}

/** A connection that is there, and has no port. */
function isUnix(socket: Socket): boolean {
  return !socket.destroyed && socket.readyState !== "closed" && socket.localPort === undefined;
}

/** `undefined` where the connection is gone, or is none of TCP. */
function addressesOf(socket: Socket): string | undefined {
  const { remoteAddress, remotePort, localAddress, localPort } = socket;
  if (remoteAddress === undefined || remotePort === undefined) return undefined;
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
