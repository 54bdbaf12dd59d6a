import type { ProbeTls } from "./http-probe.ts";
import { createHttpProbe } from "./http-probe.ts";
import type { Probe } from "./probe.ts";
import { tcpProbe } from "./tcp-probe.ts";

/** The probe of a running gateway: HTTP or TCP, as the check says. */
export function createNetworkProbe(tls?: ProbeTls): Probe {
  const httpProbe = createHttpProbe(tls);
  return (target, request, report) => (request.check.kind === "http" ? httpProbe : tcpProbe)(target, request, report);
}
