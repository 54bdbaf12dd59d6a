import { describeError, type Probe } from "./probe.ts";
import { runProbe } from "./probe-run.ts";
import { openProbeSocket, type ProbeWire } from "./probe-socket.ts";

/**
 * Passes if the endpoint completes a TLS handshake within the timeout, with a certificate that is accepted: an endpoint
 * that was put aside for its certificate is not brought back because its port is open.
 */
export function createTlsProbe(wire: ProbeWire): Probe {
  return (target, request, report) => {
    const run = runProbe(request.timeout, "TLS connection", () => close(), report);
    const close = openProbeSocket(
      target,
      wire,
      ["http/1.1"],
      () => run.finish(true, "accepts TLS connections"),
      (error) => run.finish(false, describeError(error)),
    );
    return run.cancel;
  };
}
