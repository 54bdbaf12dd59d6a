import type { ClientSide } from "./client-side.ts";
import type { ForwardingFields } from "./forwarding-fields.ts";

/** Where a request comes from: all that endpoints are told of it. It stays true when the client has gone. */
export interface RequestOrigin {
  readonly forwarding: ForwardingFields;
  readonly clientIp: string;
  readonly scheme: "http" | "https";
  readonly requestId: string;
  /** Both ends of the client's connection. */
  readonly socket: ClientSide["socket"];
}

/** Both ends of a connection, as they are now: a socket forgets them when it is closed. */
export function endsOf(socket: ClientSide["socket"]): ClientSide["socket"] {
  if (socket === undefined) return undefined;
  const { remoteAddress, remotePort, localAddress } = socket;
  return { remoteAddress, remotePort, localAddress } as NonNullable<ClientSide["socket"]>;
}
