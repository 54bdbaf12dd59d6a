import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";

/** Makes TLS connections of accepted sockets. */
export interface TlsTermination {
  /**
   * Takes an accepted socket over and shakes hands. Octets that were read of it too early have been unshifted.
   *
   * @param onSecure given the TLS socket; its `alpnProtocol` says what will be spoken. After a handshake that failed or
   *   took too long the socket is ended, and nobody is told
   */
  secure(socket: Socket, onSecure: (socket: TLSSocket) => void): void;
  close(): void;
}
