import { GatewayError } from "../shared/errors/gateway-error.ts";
import { freePorts } from "./free-ports.ts";
import type { RunSpec } from "./schema.ts";

/** The addresses at which a process on this machine can be reached whatever else its network is. */
const LOOPBACK = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])$/;

export interface PortPlan {
  readonly service: string;
  readonly run: RunSpec;
  /** URLs of the service's endpoints, where it has `endpoints` beside `run`. */
  readonly endpoints: readonly string[] | undefined;
  /** The same for the same config: see `freePorts`. */
  readonly seed: string;
  /** Given to other services already. */
  readonly taken?: ReadonlySet<number>;
}

/**
 * `PORT` of each instance: those of the service's endpoints in their order, or else free ones.
 *
 * @throws GatewayError GW0111 if `run` has more instances than `endpoints` has places for, or an endpoint is not here.
 */
export async function instancePorts({ service, run, endpoints, seed, taken }: PortPlan): Promise<number[]> {
  if (endpoints === undefined) return freePorts(run.instances, `${seed} ${service}`, taken);
  if (endpoints.length < run.instances) {
    const why = `run.instances is ${run.instances}, and there are ${endpoints.length} endpoints`;
    throw new GatewayError("GW0111", `services.${service}: ${why}.`);
  }
  return endpoints.slice(0, run.instances).map((endpoint) => portHere(service, endpoint));
}

function portHere(service: string, endpoint: string): number {
  const { hostname, port } = new URL(endpoint);
  if (!LOOPBACK.test(hostname) || port === "") {
    const why = `run cannot start ${endpoint}: not a port of this machine, as in http://localhost:4001`;
    throw new GatewayError("GW0111", `services.${service}: ${why}.`);
  }
  return Number(port);
}
