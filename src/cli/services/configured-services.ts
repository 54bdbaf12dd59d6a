import type { Config } from "../../config/config.ts";
import { configuredEndpoints } from "../../gateway/gateway-service.ts";

/** A service as the config has it: what can be told while no gateway runs. */
export interface ConfiguredService {
  readonly service: string;
  readonly algorithm: string;
  readonly endpoints: readonly {
    readonly id: string;
    readonly weight: number;
    readonly backup: boolean;
    readonly zone: string | null;
  }[];
  /** How many instances `up` starts for it; 0 where it starts none. */
  readonly instances: number;
}

/** The config's services in the order of the file. */
export function configuredServices(config: Config): ConfiguredService[] {
  return Object.values(config.services).map((service) => ({
    service: service.name,
    algorithm: service.algorithm.name,
    endpoints: configuredEndpoints(service).map(({ id, weight, backup, zone }) => ({
      id,
      weight,
      backup,
      zone: zone ?? null,
    })),
    instances: service.run?.instances ?? 0,
  }));
}
