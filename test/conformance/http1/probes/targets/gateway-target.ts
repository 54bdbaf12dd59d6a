import { createGateway, type Gateway } from "../../../../../src/gateway/gateway.ts";
import { configOf } from "../../../../helpers/gateway.ts";
import type { ProbeTarget } from "../run-probe.ts";

const IMPATIENT = { headerTimeout: "500ms", bodyTimeout: "500ms", keepAliveTimeout: "500ms" };

/** The gateway of this repository: one for each probe, in this process. */
export function createGatewayTarget(): ProbeTarget {
  const running = new Map<number, Gateway>();
  const release = async (index: number): Promise<void> => {
    const gateway = running.get(index);
    running.delete(index);
    await gateway?.stop();
  };
  return {
    name: "gatewayctl",
    hasTcp: true,
    patienceMs: 5_000,
    endpointAddress: () => ({ port: 0, host: "127.0.0.1" }),
    async open(index, { impatient }, endpointPort) {
      const timeouts = impatient ? { request: "500ms", idle: "500ms" } : {};
      const gateway = createGateway(
        configOf({
          limits: { bodyBytes: "1MiB", ...(impatient ? IMPATIENT : {}) },
          services: { all: { endpoints: [`http://127.0.0.1:${endpointPort}`], timeouts } },
          routes: [{ match: "/", service: "all" }],
        }),
      );
      await gateway.start();
      running.set(index, gateway);
      return { port: gateway.bound[0]?.port ?? 0, host: "127.0.0.1" };
    },
    release,
    close: async () => void (await Promise.all([...running.keys()].map(release))),
  };
}
