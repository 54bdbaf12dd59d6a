import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { isLoopbackHost } from "../../shared/loopback-lookup.ts";

/** An endpoint of the user's that load is to be sent to. */
export interface Target {
  /** As in a config: "http://localhost:4001". */
  readonly url: string;
  readonly weight: number;
}

/**
 * Load is sent to this machine alone, unless the user has said that it may leave it.
 * @throws GatewayError GW0002 naming what lies elsewhere
 */
export function checkTargets(targets: readonly Target[], allowRemote: boolean): void {
  if (targets.length === 0) throw new GatewayError("GW0002", "The service has no endpoints to send requests to.");
  const far = targets.filter(({ url }) => !isLoopbackHost(new URL(url).hostname.replace(/^\[|\]$/g, "")));
  if (far.length === 0 || allowRemote) return;
  const names = far.map(({ url }) => url).join(", ");
  throw new GatewayError(
    "GW0002",
    `${names} ${far.length === 1 ? "is" : "are"} not on this machine: a load test may harm what others use. Add --allow-remote if it is yours to test.`,
  );
}
