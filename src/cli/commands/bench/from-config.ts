import { dirname } from "node:path";
import type { Service } from "../../../config/config.ts";
import type { Scenario } from "../../../lab/simulate/scenario.ts";
import { nearest } from "../../../shared/nearest.ts";
import type { ObservedLoad } from "../../../lab/observed/observed-load.ts";
import { findAdmin } from "../../admin-client.ts";
import type { CommandContext } from "../../context.ts";
import { loadForCommand } from "../../load-for-command.ts";
import { type ConfiguredService, configuredServices } from "../../services/configured-services.ts";
import { UsageError } from "../../usage-error.ts";
import { asRunning, observe, originOf } from "./observed.ts";

/** A service of the config as a scenario, and the algorithm that it has now. */
export interface ConfiguredScenario {
  readonly scenario: Scenario;
  readonly service: string;
  readonly algorithm: { readonly name: string; readonly options: unknown };
  /** What the running gateway has observed, where that is what is simulated. */
  readonly observed: ObservedLoad | undefined;
  /** Where latencies and load come from, in sentences. */
  readonly origin: readonly string[];
}

/**
 * The scenario of a configured service: its endpoints with their names and weights, and what the gateway does with it.
 * How fast endpoints are, and how much comes, a gateway knows that runs for this config; without one all are alike.
 * @param name `true` for the only service that has several endpoints
 * @returns exit code 65 if the config has errors
 * @throws UsageError if there is no such service, or nothing to balance
 */
export async function scenarioFromConfig(
  ctx: CommandContext,
  file: string | undefined,
  name: string | true,
): Promise<ConfiguredScenario | number> {
  const loaded = await loadForCommand(ctx, file);
  if (typeof loaded === "number") return loaded;
  const surroundings = { baseDirectory: dirname(loaded.file), env: ctx.env };
  const admin = await findAdmin(ctx, file);
  const services = await asRunning(await configuredServices(loaded.config, surroundings), admin);
  const chosen = choose(services.map(withInstances), name);
  const ids = inUse(chosen).map(({ id }) => id);
  const observed = admin && (await observe(admin, chosen.service, ids));
  const service = loaded.config.services[chosen.service] as Service;
  const { options } = service.algorithm;
  return {
    scenario: scenarioOf(service, chosen, observed),
    observed,
    origin: originOf(admin !== undefined, observed),
    service: service.name,
    algorithm: { name: service.algorithm.name, options },
  };
}

/** Instances get their ports when they are started; here they are told apart by number. */
function withInstances(service: ConfiguredService): ConfiguredService {
  if (service.endpoints.length > 0 || service.instances === 0) return service;
  const endpoints = Array.from({ length: service.instances }, (_, i) => {
    return { id: `${service.service}-${i + 1}`, weight: 1, backup: false, zone: null };
  });
  return { ...service, endpoints };
}

function choose(services: readonly ConfiguredService[], name: string | true): ConfiguredService {
  const names = services.map(({ service }) => service);
  if (name === true) {
    const several = services.filter((service) => inUse(service).length > 1);
    if (several.length === 1) return several[0] as ConfiguredService;
    const which =
      several.length === 0 ? "No service has several endpoints" : "Several services have endpoints to choose from";
    throw new UsageError(`${which}: name one, as in --from-config ${several[0]?.service ?? names[0] ?? "users"}.`);
  }
  const found = services.find(({ service }) => service === name);
  if (found === undefined) {
    const near = nearest(name, names);
    const hint = near === undefined ? `There are: ${names.join(", ")}.` : `Did you mean ${near}?`;
    throw new UsageError(`There is no service "${name}". ${hint}`);
  }
  if (inUse(found).length > 0) return found;
  const why =
    found.discovered === null
      ? "has no endpoint that is in use"
      : `finds its endpoints at run time (${found.discovered})`;
  throw new UsageError(`The service ${name} ${why}: there is nothing to simulate.`);
}

/** Backups get nothing while others are well, and those of weight 0 never. */
function inUse({ endpoints }: ConfiguredService): ConfiguredService["endpoints"] {
  const usable = endpoints.filter(({ weight }) => weight > 0);
  const primaries = usable.filter(({ backup }) => !backup);
  return primaries.length > 0 ? primaries : usable;
}

function scenarioOf(service: Service, configured: ConfiguredService, observed: ObservedLoad | undefined): Scenario {
  const { outlier, breaker, limits, slowStart, panicThreshold, retry, hedge, timeouts } = service;
  const concurrency = observed === undefined || observed.concurrency === 1 ? undefined : observed.concurrency;
  const endpoints = inUse(configured).map(({ id, weight }, i) => {
    return { count: 1, speed: observed?.speeds[i] ?? 1, id, weight, concurrency };
  });
  const timeout = timeouts.request > 0 ? timeouts.request : undefined;
  return {
    name: service.name,
    summary:
      observed === undefined
        ? "a service of the config; its endpoints are taken to be equally fast"
        : `a service of the config; latencies as observed over ${observed.answers.toLocaleString("en")} answers`,
    purpose: "What each algorithm would make of the endpoints and weights that are configured.",
    endpoints,
    load: observed?.load ?? 0.7,
    serviceTime: observed?.serviceTime ?? "exp:10ms",
    arrivals: "poisson",
    keys: { count: 10_000, skew: 0 },
    requests: 80_000,
    replications: 8,
    conditions: { gateway: { timeout, retry, outlier, breaker, hedge, limits, slowStart, panicThreshold } },
  };
}
