import type { EndpointGauge, GaugeSource } from "../telemetry/metrics/gauges.ts";
import type { Gateway } from "./gateway.ts";

/** What `metrics.setGauges` takes, of one gateway in this process. */
export function gatewayGauges(gateway: Gateway): GaugeSource {
  return {
    connections: () => gateway.connections,
    requestsInFlight: () => gateway.requestsInFlight,
    isStateUp: () => gateway.isStateUp,
    *endpoints(): Iterable<EndpointGauge> {
      for (const { name, upstream } of gateway.runtime.services.values()) {
        for (const { id, health, candidate } of upstream.endpoints) {
          yield { service: name, endpoint: id, healthy: health !== "unhealthy", inFlight: candidate.inFlight };
        }
      }
    },
  };
}
