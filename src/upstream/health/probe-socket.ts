import { connect as connectTcp, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { familyOptions } from "../../shared/loopback-lookup.ts";
import type { EndpointOrigin } from "../schema/endpoint-url.ts";
import { type ProbeTls, probeTlsOptions } from "./probe-tls.ts";

/** How endpoints are spoken to, checks included. */
export interface ProbeWire {
  readonly tls: ProbeTls;
  readonly http2?: boolean;
  /** Octets that a connection begins with, before TLS too: a PROXY protocol header that names no client. */
  readonly preface?: Buffer | undefined;
}

/**
 * Opens a connection to an endpoint as the gateway would: what comes in front, then TLS behind https://.
 *
 * @param protocols offered by ALPN
 * @param onReady called once it is up
 * @param onFailed called with every error, later ones too
 * @returns what lets go of it, at any time
 */
export function openProbeSocket(
  target: EndpointOrigin,
  { tls, preface }: ProbeWire,
  protocols: readonly string[],
  onReady: (socket: Socket) => void,
  onFailed: (error: Error) => void,
): () => void {
  const { host, port } = target;
  const plain = connectTcp({ host, port, ...familyOptions(host) });
  let socket: Socket = plain;
  // The listeners stay on: a late error without one would end the process.
  plain.on("error", onFailed);
  plain.once("connect", () => {
    if (preface !== undefined) plain.write(preface);
    if (target.protocol !== "https") return onReady(plain);
    const secure = connectTls({
      socket: plain,
      host,
      ALPNProtocols: [...protocols],
      ...probeTlsOptions(target, tls),
    });
    socket = secure;
    secure.on("error", onFailed);
    secure.once("secureConnect", () => onReady(secure));
  });
  return () => void socket.destroy();
}
