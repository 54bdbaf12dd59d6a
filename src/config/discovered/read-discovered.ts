import { resolve } from "node:path";
import type { EndpointProtocol } from "../../upstream/schema/endpoint-url.ts";
import type { DiscoverySpec, EndpointsSpec } from "../../upstream/schema/endpoints.ts";
import type { Config, Service } from "../config.ts";
import { envFileOf, readComposeFile } from "./compose-file.ts";
import { readEndpointFile } from "./endpoint-file.ts";
import type { EndpointReading } from "./reading.ts";

/** What reading needs of its surroundings. */
export interface ReadSurroundings {
  /** What paths in the config are relative to. */
  readonly baseDirectory: string;
  /** The process's environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A service whose endpoints stand in a file. */
export type FileSpec = Extract<EndpointsSpec, { readonly kind: "compose" | "file" }>;

/** Whether a service's endpoints are found while the gateway runs. */
export function isDiscovered<S extends Pick<Service, "endpoints">>(
  service: S,
): service is S & { readonly endpoints: DiscoverySpec } {
  return service.endpoints !== undefined && service.endpoints.kind !== "list";
}

/** Whether they stand in a file, so that they can be told without a gateway that runs. */
export function isInFile(spec: EndpointsSpec | undefined): spec is FileSpec {
  return spec?.kind === "compose" || spec?.kind === "file";
}

/** Reads the file that a service's endpoints are in. What is wrong is part of the answer; nothing is thrown. */
export function readDiscovered(
  config: Config,
  name: string,
  spec: FileSpec,
  { baseDirectory, env }: ReadSurroundings,
): Promise<EndpointReading> {
  const protocol = protocolOf(config, name);
  if (spec.kind === "file") {
    const layer = protocol === "https" ? "http" : protocol;
    return readEndpointFile({ file: resolve(baseDirectory, spec.file), name: shortName(spec.file), layer });
  }
  const { compose, service, port } = spec;
  const file = resolve(baseDirectory, compose);
  return readComposeFile({ file, name: shortName(compose), service, port, protocol, env });
}

/** The files in which a change can matter: absolute paths. */
export function filesOf(spec: FileSpec, baseDirectory: string): readonly string[] {
  if (spec.kind === "file") return [resolve(baseDirectory, spec.file)];
  const file = resolve(baseDirectory, spec.compose);
  return [file, envFileOf(file)];
}

/**
 * What endpoints speak of which only host and port are found: what leads to the service. A listener of layer 4 makes it
 * tcp or udp; else it is https if the service has `tls`, and http if not.
 */
export function protocolOf({ listeners, services }: Config, name: string): EndpointProtocol {
  for (const listener of listeners) {
    if (listener.kind === "udp" && listener.service === name) return "udp";
    if (listener.kind !== "tcp") continue;
    if (listener.service === name || Object.values(listener.sni ?? {}).includes(name)) return "tcp";
  }
  return services[name]?.tls === undefined ? "http" : "https";
}

function shortName(path: string): string {
  return path.replace(/^\.\//, "");
}
