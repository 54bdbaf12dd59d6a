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
