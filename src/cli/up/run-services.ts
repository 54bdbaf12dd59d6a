import type { Config, Service } from "../../config/config.ts";
import { configuredEndpoints } from "../../gateway/gateway-service.ts";
import type { Gateway } from "../../gateway/gateway.ts";
import type { OutputStream, ProcessEvent } from "../../processes/events.ts";
import { instancePorts } from "../../processes/instance-ports.ts";
import type { RunSpec } from "../../processes/schema.ts";
import { createSupervisor, type Supervisor } from "../../processes/supervisor.ts";
import type { EndpointSpec } from "../../upstream/schema/endpoints.ts";

export interface RunServicesOptions {
  readonly config: Config;
  readonly gateway: Pick<Gateway, "setInstances" | "setStarting">;
  readonly baseDirectory: string;
  readonly stateDirectory: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  onOutput(service: string, instance: number, stream: OutputStream, line: string): void;
  onEvent(event: ProcessEvent): void;
}

/** A service that gatewayctl starts. */
type RunService = Service & { readonly run: RunSpec };

/**
 * Starts every service that has `run`, and keeps the gateway told: an instance becomes an endpoint when it is ready for
 * the first time, and while none is ready the service's requests wait. `undefined` if there is no such service.
 */
export async function runServices(options: RunServicesOptions): Promise<Supervisor | undefined> {
  const { config, gateway, baseDirectory, stateDirectory, env } = options;
  const services = Object.values(config.services).filter(hasRun);
  if (services.length === 0) return undefined;
  const places = new Map<string, Place[]>();
  const supervisor = createSupervisor({
    baseDirectory,
    stateDirectory,
    env,
    onOutput: options.onOutput,
    onEvent: (event) => {
      const { service, instance, type } = event;
      const own = places.get(service) ?? [];
      const place = own[instance - 1];
      if (type === "ready" && place && !place.wasReady) {
        place.wasReady = true;
        const endpoints = own.filter(({ wasReady }) => wasReady).map(({ endpoint }) => endpoint);
        gateway.setInstances(service, endpoints, false);
      } else gateway.setStarting(service, isStarting(supervisor, service));
      options.onEvent(event);
    },
  });
  await supervisor.endOrphans();
  const taken = new Set<number>();
  for (const service of services) {
    const { name, run } = service;
    const configured = configuredEndpoints(service).map(({ id }) => id);
    const endpoints = configured.length === 0 ? undefined : configured;
    const ports = await instancePorts({ service: name, run, endpoints, seed: baseDirectory, taken });
    for (const port of ports) taken.add(port);
    places.set(
      name,
      endpointsOf(service, ports).map((endpoint) => ({ endpoint, wasReady: false })),
    );
    gateway.setInstances(name, [], true);
    supervisor.start(name, run, ports);
  }
  return supervisor;
}

/** Where an instance listens, or will. */
interface Place {
  readonly endpoint: EndpointSpec;
  wasReady: boolean;
}

function hasRun(service: Service): service is RunService {
  return service.run !== undefined;
}

/** The endpoints as configured; or one for each instance, on a free port that stays the same from one `up` to the next. */
function endpointsOf(service: RunService, ports: readonly number[]): readonly EndpointSpec[] {
  const configured = configuredEndpoints(service);
  if (configured.length > 0) return configured;
  return ports.map((port) => ({
    id: `http://localhost:${port}`,
    protocol: "http",
    host: "localhost",
    port,
    weight: 1,
    backup: false,
  }));
}

/** Every instance is ready, or has ended: there is nothing to wait for. */
export function isSettled(supervisor: Supervisor | undefined, service: string): boolean {
  return supervisor === undefined || !supervisor.processes(service).some(({ state }) => state === "starting");
}

/** None of the instances is ready, and at least one may become so. */
function isStarting(supervisor: Supervisor, service: string): boolean {
  const states = supervisor.processes(service).map(({ state }) => state);
  return !states.includes("ready") && states.some((state) => state === "starting" || state === "waiting");
}
