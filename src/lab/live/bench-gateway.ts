import type { Config } from "../../config/config.ts";
import { createGateway } from "../../gateway/gateway.ts";

/** What a gateway under load has seen. */
export interface GatewayCounts {
  /** Measured requests, by the id of the endpoint that answered; "" where none did. */
  readonly endpoints: Readonly<Record<string, number>>;
  /** The most requests that were at one endpoint at once. */
  readonly maxQueue: number;
  /** CPU time of the process, in ms, and requests of all kinds, since it started to serve. */
  readonly cpuMs: number;
  readonly requests: number;
}

/** A gateway under load, wherever it runs. */
export interface BenchGateway {
  /** Where its only listener is. */
  readonly port: number;
  counts(): Promise<GatewayCounts>;
  /** May be called again. */
  stop(): Promise<void>;
}

/** What the load is to go through. */
export interface GatewaySettings {
  readonly config: Config;
  readonly seed: string;
  /** The only service in it. */
  readonly service: string;
  /** Requests with this field are counted. */
  readonly measuredField: string;
}

/** Starts a gateway. */
export type StartGateway = (settings: GatewaySettings) => Promise<BenchGateway>;

/**
 * Serves in this process: the gateway as `up` has it, without a log.
 * @throws GatewayError whatever `Gateway.start` throws
 */
export const serveBench: StartGateway = async ({ config, seed, service, measuredField }) => {
  const endpoints: Record<string, number> = {};
  let maxQueue = 0;
  let requests = 0;
  const gateway = createGateway(config, {
    seed,
    onFinish: ({ endpointId = "", internal, requestHeader }) => {
      if (internal !== undefined) return;
      requests++;
      if (requestHeader(measuredField) === undefined) return;
      endpoints[endpointId] = (endpoints[endpointId] ?? 0) + 1;
      for (const { candidate } of gateway.service(service).upstream.endpoints)
        if (candidate.inFlight > maxQueue) maxQueue = candidate.inFlight;
    },
  });
  await gateway.start();
  const before = process.cpuUsage();
  return {
    port: gateway.bound[0]?.port ?? 0,
    async counts() {
      const { user, system } = process.cpuUsage(before);
      return { endpoints: { ...endpoints }, maxQueue, cpuMs: (user + system) / 1000, requests };
    },
    stop: () => gateway.stop(),
  };
};
