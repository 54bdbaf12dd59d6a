import { createSocket, type Socket } from "node:dgram";
import { isIPv6 } from "node:net";

/** Datagrams that come faster than they are handled wait in the kernel, for which its default is little. */
const RECEIVE_BUFFER = 1024 * 1024;

/** A socket for datagrams of the family of an address. */
export function openUdp(address: string): Socket {
  const ipv6 = isIPv6(address);
  return createSocket(ipv6 ? { type: "udp6", ipv6Only: true } : { type: "udp4" });
}

/** Asks the kernel to keep more; it gives what it may. */
export function enlargeBuffer(socket: Socket): void {
  try {
    socket.setRecvBufferSize(RECEIVE_BUFFER);
  } catch {
    // It refuses where its limit is lower: then the default has to do.
  }
}
