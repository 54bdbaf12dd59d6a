import type { ProbeTarget } from "../run-probe.ts";

/** No gateway at all: clients speak to the endpoint. What the probes see there, they would see of a careless gateway. */
export function createNoGatewayTarget(): ProbeTarget {
  return {
    name: "no gateway",
    hasTcp: true,
    patienceMs: 150,
    endpointAddress: () => ({ port: 0, host: "127.0.0.1" }),
    open: (_index, _probe, port) => Promise.resolve({ port, host: "127.0.0.1" }),
    release: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}
