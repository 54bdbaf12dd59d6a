import { nearest } from "../shared/nearest.ts";
import type { EndpointSnapshot, ServiceSnapshot } from "./admin-source.ts";
import { AdminError } from "./problem.ts";

/**
 * The endpoint of exactly these names.
 *
 * @throws AdminError GW0604, with the nearest name or all there are
 */
export function findTarget(services: readonly ServiceSnapshot[], service: string, endpoint: string): EndpointSnapshot {
  const found = services.find((each) => each.service === service);
  if (found === undefined) {
    const names = services.map((each) => each.service);
    throw new AdminError("GW0604", `There is no service "${service}". ${suggestion(service, names)}`);
  }
  const target = found.endpoints.find(({ id }) => id === endpoint);
  if (target !== undefined) return target;
  const ids = found.endpoints.map(({ id }) => id);
  throw new AdminError("GW0604", `Service ${service} has no endpoint "${endpoint}". ${suggestion(endpoint, ids)}`);
}

function suggestion(word: string, names: readonly string[]): string {
  const near = nearest(word, names);
  if (near !== undefined) return `Did you mean ${near}?`;
  return names.length === 0 ? "It has none." : `There are ${names.join(", ")}.`;
}
