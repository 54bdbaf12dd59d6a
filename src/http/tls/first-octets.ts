import type { Socket } from "node:net";

/** RFC 8446 section 5.1: the content type of a handshake record, with which every TLS client begins. */
export const HANDSHAKE = 0x16;

/**
 * Waits for what a client sends first, and puts it back, so that whoever reads the socket next finds it. Nothing is told
 * of a client that ends without having sent anything: its socket is destroyed.
 */
export function peekFirstOctets(socket: Socket, onOctets: (octets: Buffer) => void): void {
  const onReadable = (): void => {
    const octets = socket.read() as Buffer | null;
    if (octets === null) return;
    socket.off("readable", onReadable);
    socket.off("end", onEnd);
    socket.unshift(octets);
    onOctets(octets);
  };
  const onEnd = (): void => void socket.destroy();
  socket.on("readable", onReadable);
  socket.on("end", onEnd);
}
