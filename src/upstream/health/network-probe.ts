import { createHttp2Probe } from "./http2-probe.ts";
import { createHttpProbe } from "./http-probe.ts";
import type { Probe } from "./probe.ts";
import type { ProbeTls } from "./probe-tls.ts";
import { tcpProbe } from "./tcp-probe.ts";
import { createTlsProbe } from "./tls-probe.ts";

/**
 * The probe of a running gateway: asks each endpoint in what it is spoken to. A `tcp` check, which asks only for a
 * connection, asks for all that a connection takes there: TLS behind https://, HTTP/2 where that is spoken.
 */
export function createNetworkProbe(tls: ProbeTls = { verify: true }, http2 = false): Probe {
  const http2Probe = createHttp2Probe(tls);
  const httpProbe = createHttpProbe(tls);
  const tlsProbe = createTlsProbe(tls);
  return (target, request, report) => {
    const isWeb = target.protocol === "http" || target.protocol === "https";
    if (http2 && isWeb) return http2Probe(target, request, report);
    if (request.check.kind === "http") return httpProbe(target, request, report);
    return (target.protocol === "https" ? tlsProbe : tcpProbe)(target, request, report);
  };
}
