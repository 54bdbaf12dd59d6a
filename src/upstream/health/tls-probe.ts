import { connect } from "node:tls";
import { familyOptions } from "../../shared/loopback-lookup.ts";
import { describeError, type Probe } from "./probe.ts";
import { runProbe } from "./probe-run.ts";
import { type ProbeTls, probeTlsOptions } from "./probe-tls.ts";

/**
 * Passes if the endpoint completes a TLS handshake within the timeout, with a certificate that is accepted: an endpoint
 * that was put aside for its certificate is not brought back because its port is open.
 */
export function createTlsProbe(tls: ProbeTls): Probe {
  return (target, request, report) => {
    const { host, port } = target;
    const socket = connect({ host, port, ...familyOptions(host), ...probeTlsOptions(target, tls) });
    const run = runProbe(request.timeout, "TLS connection", () => socket.destroy(), report);
    socket.on("secureConnect", () => run.finish(true, "accepts TLS connections"));
    // The listener stays on after the end: a late error without one would end the process.
    socket.on("error", (error) => run.finish(false, describeError(error)));
    return run.cancel;
  };
}
