import { connect, type Socket } from "node:net";
import { familyOptions } from "../shared/loopback-lookup.ts";

/**
 * One read buffer for every endpoint's connection of the process: it is filled and consumed within one callback. Large,
 * because bulk pays per read.
 */
const SHARED_READ_BUFFER = Buffer.allocUnsafeSlow(256 * 1024);

/** Called for what was read; the bytes are valid inside the call only. Returning false stops the reading. */
export type ReadCallback = (octets: number, bytes: Uint8Array) => boolean;

/** Where an endpoint is: an address, or a Unix socket. */
export interface DialPlace {
  readonly host: string;
  readonly port: number;
  readonly path?: string | undefined;
}

/** A socket on its way to an endpoint. Either side of it may end before the other (`allowHalfOpen`). */
export function dialTcp({ host, port, path }: DialPlace, callback: ReadCallback): Socket {
  const onread = { buffer: SHARED_READ_BUFFER, callback };
  if (path !== undefined) return connect({ path, allowHalfOpen: true, onread });
  return connect({ host, port, ...familyOptions(host), noDelay: true, allowHalfOpen: true, onread });
}

/** Of several addresses, what each of them said. */
export function dialFault(error: Error): string {
  const errors = (error as AggregateError).errors as readonly Error[] | undefined;
  return errors === undefined || errors.length === 0 ? error.message : errors.map(({ message }) => message).join(", ");
}
