import { plainAddress } from "../client/peer-address.ts";
import type { ProxyAddresses } from "../../shared/proxy-protocol/proxy-addresses.ts";
import type { ClientSide } from "./client-side.ts";

/**
 * Both ends of a client's connection, for the PROXY protocol. Behind a trusted proxy the client's port is not known, and
 * 0 says so: the socket's is the proxy's.
 *
 * @param clientIp as the exchange has it
 * @param port that the client connected to
 */
export function clientAddresses(clientIp: string, port: number, socket: ClientSide["socket"]): ProxyAddresses {
  const isPeer = plainAddress(socket?.remoteAddress ?? "") === clientIp;
  return {
    sourceIp: clientIp,
    sourcePort: isPeer ? (socket?.remotePort ?? 0) : 0,
    destinationIp: plainAddress(socket?.localAddress ?? ""),
    destinationPort: port,
  };
}
