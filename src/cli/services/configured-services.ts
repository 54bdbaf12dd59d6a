import type { Config } from "../../config/config.ts";
import { isInFile, readDiscovered, type ReadSurroundings } from "../../config/discovered/read-discovered.ts";
import { configuredEndpoints } from "../../gateway/gateway-service.ts";
import { discoveredFrom } from "../../upstream/discovered-from.ts";

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
  /** Where its endpoints are found, in a few words; null where they stand in the config. */
  readonly discovered: string | null;
  /** How many instances `up` starts for it; 0 where it starts none. */
  readonly instances: number;
}

/** The config's services in the order of the file. Endpoints that stand in a file are read; DNS is not asked. */
export function configuredServices(config: Config, surroundings: ReadSurroundings): Promise<ConfiguredService[]> {
  return Promise.all(
    Object.values(config.services).map(async (service) => {
      const { name, endpoints: spec } = service;
      const found = isInFile(spec) ? (await readDiscovered(config, name, spec, surroundings)).endpoints : undefined;
      const endpoints = found ?? configuredEndpoints(service);
      return {
        service: name,
        algorithm: service.algorithm.name,
        endpoints: endpoints.map(({ id, weight, backup, zone }) => ({ id, weight, backup, zone: zone ?? null })),
        discovered: discoveredFrom(spec) ?? null,
        instances: service.run?.instances ?? 0,
      };
    }),
  );
}
