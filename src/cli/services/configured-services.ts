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
  /** What `up` starts for it. */
  readonly run: { readonly command: string; readonly instances: number } | null;
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
    run: service.run === undefined ? null : { command: commandOf(service.run.command), instances: service.run.instances },
  }));
}

function commandOf(command: string | readonly string[]): string {
  return typeof command === "string" ? command : command.join(" ");
}
