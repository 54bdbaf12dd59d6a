import { Agent } from "node:http";
import { Agent as TlsAgent } from "node:https";
import { isIP } from "node:net";
import { familyOptions } from "../../shared/loopback-lookup.ts";

/** How an endpoint behind `https:` is to be known. */
export interface EndpointTls {
  /** PEM, in place of the CAs that Node comes with. */
  readonly ca?: string | Buffer | undefined;
  readonly rejectUnauthorized: boolean;
  /** The name to ask for and to find in the certificate; by default the endpoint's host. */
  readonly servername?: string | undefined;
}

/** Where to connect to, as `http-proxy` wants to be told. */
export interface ConnectOptions {
  readonly target: string;
  readonly agent: Agent;
  /** Its name for whatever goes on to `http.request` or `https.request` as it is. */
  readonly ssl: Readonly<Record<string, unknown>>;
  readonly secure: boolean;
  readonly ca?: string;
  readonly prependPath: false;
}

/** A new connection each time; an agent of its own for each, as without these, would cost more than the connection. */
const plainAgent = new Agent({ keepAlive: false });
const tlsAgent = new TlsAgent({ keepAlive: false });

/** A fresh object each time: `http-proxy` writes into `ssl`. */
export function connectOptions(host: string, port: number, tls: EndpointTls | undefined): ConnectOptions {
  const authority = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  const common = { prependPath: false as const, secure: tls?.rejectUnauthorized ?? true };
  if (tls === undefined)
    return { ...common, target: `http://${authority}`, agent: plainAgent, ssl: familyOptions(host) };
  // Without a name of ours, Node would take the one in Host: the client's word for whom to trust.
  const servername = tls.servername ?? (isIP(host) === 0 ? host : "");
  return {
    ...common,
    target: `https://${authority}`,
    agent: tlsAgent,
    ssl: { ...familyOptions(host), servername },
    // Of `ssl`, `http-proxy` takes all but this.
    ...(tls.ca === undefined ? {} : { ca: tls.ca.toString() }),
  };
}
