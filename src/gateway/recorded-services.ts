import type { Config } from "../config/config.ts";
import type { RecordedServices } from "../telemetry/record/format.ts";
import { configuredEndpoints } from "./gateway-service.ts";

/** What a traffic record says of services before any request: their algorithms, endpoints in use, and weights. */
export function recordedServices({ services }: Config): RecordedServices {
  return Object.fromEntries(
    Object.values(services).map((service) => {
      const { name, options } = service.algorithm;
      const usable = configuredEndpoints(service).filter(({ weight, backup }) => weight > 0 && !backup);
      const endpoints = usable.map(({ id, weight }) => ({ id, weight }));
      return [service.name, { algorithm: { name, options }, endpoints }];
    }),
  );
}
