import { lookup } from "node:dns";
import { isIP, type Socket } from "node:net";
import { connectError, DialError } from "./dial-error.ts";
import { openSocket, type SocketOptions } from "./open-socket.ts";

export interface DialTarget {
  readonly host: string;
  readonly port: number;
}

export interface DialEvents {
  /** Each socket as soon as it exists (so that it can be destroyed), before it is connected. */
  onSocket(socket: Socket): void;
  /** HTTP can begin on it. */
  onConnected(socket: Socket): void;
  /** Of several addresses, the last one's error, with what all of them said. */
  onFailed(error: DialError): void;
}

/**
 * Opens a connection, trying each address of the host in turn. `options.tls` and the rest are asked for once for each.
 *
 * `localhost` is tried on 127.0.0.1 and ::1 without asking the resolver, because development servers bind one or the
 * other at their whim.
 */
export function dial(target: DialTarget, options: SocketOptions, events: DialEvents): void {
  if (target.host === "localhost") return dialEach(["127.0.0.1", "::1"], target.port, options, events);
  if (isIP(target.host) !== 0) return dialEach([target.host], target.port, options, events);
  lookup(target.host, { all: true }, (error, addresses) => {
    if (error) return events.onFailed(connectError(error));
    const hosts = addresses.map(({ address }) => address);
    dialEach(hosts, target.port, options, events);
  });
}

function dialEach(
  addresses: readonly string[],
  port: number,
  options: SocketOptions,
  events: DialEvents,
  before = "",
): void {
  const [address, ...rest] = addresses;
  if (address === undefined) return events.onFailed(new DialError("the name has no address"));
  openSocket(address, port, options, {
    onSocket: (socket) => events.onSocket(socket),
    onReady: (socket) => events.onConnected(socket),
    onFailure: (error, connected) => {
      // Who accepts the connection is the endpoint: another address is tried only where this one has nobody.
      if (rest.length > 0 && !connected) {
        return dialEach(rest, port, options, events, `${before}${error.message}, `);
      }
      events.onFailed(before === "" ? error : new DialError(before + error.message, error.reason));
    },
  });
}
