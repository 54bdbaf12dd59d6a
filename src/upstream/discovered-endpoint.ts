import { isIPv6 } from "node:net";
import type { EndpointProtocol } from "./schema/endpoint-url.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";

/** An endpoint that was found: its id is the origin of its URL, IPv6 in brackets. Weight 1, not a backup. */
export function discoveredEndpoint(protocol: EndpointProtocol, host: string, port: number): EndpointSpec {
  const id = `${protocol}://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { id, protocol, host, port, weight: 1, backup: false };
}
