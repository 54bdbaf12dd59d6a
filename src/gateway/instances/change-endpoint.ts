import type { Gateway } from "../gateway.ts";
import type { EndpointChange } from "./protocol.ts";

/** Does what a user has decided about an endpoint; false if there is no such endpoint. */
export function changeEndpoint({ runtime }: Gateway, { service, endpoint, change }: EndpointChange): boolean {
  const upstream = runtime.services.get(service)?.upstream;
  if (upstream === undefined) return false;
  if ("weight" in change) return upstream.setWeight(endpoint, change.weight);
  return change.draining ? upstream.drain(endpoint) : upstream.enable(endpoint);
}
