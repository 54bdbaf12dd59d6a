import { isIP } from "node:net";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";

/** How https:// endpoints are checked: as they are spoken to. `ca` is PEM text, not a path. */
export interface ProbeTls {
  readonly verify: boolean;
  readonly ca?: string | undefined;
  readonly serverName?: string | undefined;
}

/** What `node:tls` and `node:https` are to be told. */
export function probeTlsOptions(target: EndpointOrigin, { verify, ca, serverName }: ProbeTls) {
  return {
    rejectUnauthorized: verify,
    // Never an address (RFC 6066 section 3).
    servername: serverName ?? (isIP(target.host) === 0 ? target.host : ""),
    ...(ca === undefined ? {} : { ca }),
  };
}
