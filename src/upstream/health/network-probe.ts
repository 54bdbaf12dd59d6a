import { createHttp2Probe } from "./http2-probe.ts";
import { createHttpProbe } from "./http-probe.ts";
import type { Probe } from "./probe.ts";
import type { ProbeWire } from "./probe-socket.ts";
import { tcpProbe } from "./tcp-probe.ts";
import { createTlsProbe } from "./tls-probe.ts";

/**
 * The probe of a running gateway: asks each endpoint in what it is spoken to. A `tcp` check, which asks only for a
 * connection, asks for all that a connection takes there: TLS behind https://, HTTP/2 where that is spoken.
 */
export function createNetworkProbe(wire: ProbeWire = { tls: { verify: true } }): Probe {
  const { http2 = false } = wire;
  const http2Probe = createHttp2Probe(wire);
  const httpProbe = createHttpProbe(wire);
  const tlsProbe = createTlsProbe(wire);
  return (target, request, report) => {
    const isWeb = target.protocol === "http" || target.protocol === "https";
    if (http2 && isWeb) return http2Probe(target, request, report);
    if (request.check.kind === "http") return httpProbe(target, request, report);
    return (target.protocol === "https" ? tlsProbe : tcpProbe)(target, request, report);
  };
}
