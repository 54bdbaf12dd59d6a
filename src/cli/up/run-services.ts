import type { Config, Service } from "../../config/config.ts";
import { configuredEndpoints } from "../../gateway/gateway-service.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { OutputStream, ProcessEvent } from "../../processes/events.ts";
import { freePorts } from "../../processes/free-ports.ts";
import type { RunSpec } from "../../processes/schema.ts";
import { createSupervisor, type Supervisor } from "../../processes/supervisor.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";

export interface RunServicesOptions {
  readonly config: Config;
  readonly gateway: Gateway;
  readonly baseDirectory: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  onOutput(service: string, instance: number, stream: OutputStream, line: string): void;
  onEvent(event: ProcessEvent): void;
}

/** A service that gatewayctl starts. */
type RunService = Service & { readonly run: RunSpec };

/**
 * Starts every service that has `run`, and keeps the gateway told: while none of a service's instances is ready, its
 * requests wait. `undefined` if there is no such service.
 */
export async function runServices(options: RunServicesOptions): Promise<Supervisor | undefined> {
  const { config, gateway, baseDirectory, stateDirectory, env } = options;
  const services = Object.values(config.services).filter(hasRun);
  if (services.length === 0) return undefined;
  const supervisor = createSupervisor({
    baseDirectory,
    stateDirectory,
    env,
    onOutput: options.onOutput,
    onEvent: (event) => {
      gateway.setStarting(event.service, isStarting(supervisor, event.service));
      options.onEvent(event);
    },
  });
  await supervisor.endOrphans();
  const taken = new Set<number>();
  for (const service of services) {
    const endpoints = await endpointsOf(service, taken, baseDirectory);
    for (const { port } of endpoints) taken.add(port);
    gateway.setInstances(service.name, endpoints, true);
    supervisor.start(
      service.name,
      service.run,
      endpoints.map(({ port }) => port),
    );
  }
  return supervisor;
}

function hasRun(service: Service): service is RunService {
  return service.run !== undefined;
}

/** The endpoints as configured; or one for each instance, on a free port that stays the same from one `up` to the next. */
async function endpointsOf(service: RunService, taken: Set<number>, folder: string): Promise<readonly EndpointSpec[]> {
  const configured = configuredEndpoints(service);
  if (configured.length > 0) return configured;
  const ports = await freePorts(service.run.instances, `${folder} ${service.name}`, taken);
  return ports.map((port) => ({
    id: `http://localhost:${port}`,
    protocol: "http",
    host: "localhost",
    port,
    weight: 1,
    backup: false,
  }));
}

/** None of the instances is ready, and at least one may become so. */
function isStarting(supervisor: Supervisor, service: string): boolean {
  const states = supervisor.processes(service).map(({ state }) => state);
  return !states.includes("ready") && states.some((state) => state === "starting" || state === "waiting");
}
