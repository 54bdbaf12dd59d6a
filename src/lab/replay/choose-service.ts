import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { nearest } from "../../shared/nearest.ts";
import type { TrafficRecord } from "./read-record.ts";
import type { RecordedService } from "./recorded-service.ts";

/**
 * The service that is asked for, or the only one that has several endpoints.
 * @throws GatewayError GW0002 if there is no such service, or it is not clear which one is meant
 */
export function chooseService({ services }: TrafficRecord, name: string | undefined): RecordedService {
  const all = [...services.values()].filter(({ count }) => count > 0);
  if (all.length === 0) throw new GatewayError("GW0002", "The record holds no exchange with a service.");
  if (name !== undefined) {
    const found = all.find((service) => service.name === name);
    if (found !== undefined) return found;
    const names = all.map((service) => service.name);
    const near = nearest(name, names);
    const hint = near === undefined ? `There are: ${counted(all)}.` : `Did you mean ${near}?`;
    throw new GatewayError("GW0002", `The record has no service "${name}". ${hint}`);
  }
  const balanced = all.filter((service) => endpointsOf(service) > 1);
  const [only] = all.length === 1 ? all : balanced;
  if (only !== undefined && (all.length === 1 || balanced.length === 1)) return only;
  throw new GatewayError("GW0002", `The record has several services: ${counted(all)}. Name one with --service.`);
}

function endpointsOf({ configured, endpoints }: RecordedService): number {
  return Math.max(configured?.endpoints.length ?? 0, endpoints.list.length);
}

function counted(services: readonly RecordedService[]): string {
  const most = services.toSorted((a, b) => b.count - a.count);
  return most.map(({ name, count }) => `${name} (${count.toLocaleString("en")} requests)`).join(", ");
}
