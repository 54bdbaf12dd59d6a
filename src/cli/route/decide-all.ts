import { dirname } from "node:path";
import { ALGORITHM_NAMES, findAlgorithm } from "../../balancing/index.ts";
import type { Config } from "../../config/config.ts";
import type { LocalIssuer } from "../../exchange/local-issuer.ts";
import { createDecider, type Decision } from "../../gateway/decide.ts";
import { createLocalIssuer } from "../../gateway/local-issuer.ts";
import { createRuntime } from "../../gateway/runtime.ts";
import type { SyntheticRequest } from "../../gateway/synthetic-request.ts";
import { nearest } from "../../shared/nearest.ts";
import { algorithmSchema } from "../../upstream/schema/algorithm.ts";
import type { CommandContext } from "../context.ts";
import { loadForCommand } from "../load-for-command.ts";
import { UsageError } from "../usage-error.ts";

export interface DecideOptions {
  readonly request: SyntheticRequest;
  readonly count?: number;
  readonly algo?: string;
  readonly seed?: string;
  readonly config?: string;
  /** As the running gateway sees its endpoints. */
  readonly live?: true;
}

/**
 * Decides on `count` equal requests, one after the other, with every endpoint taken for healthy.
 * @returns an exit code where the config cannot be used
 * @throws UsageError for an unknown algorithm
 */
export async function decideAll(ctx: CommandContext, options: DecideOptions): Promise<Decision[] | number> {
  const decisions = await decideEach(ctx, options);
  return typeof decisions === "number" ? decisions : [...decisions];
}

/** The same, each decision made when it is asked for. */
export async function decideEach(ctx: CommandContext, options: DecideOptions): Promise<Iterable<Decision> | number> {
  const { algo } = options;
  if (options.live) return decideByRunning(ctx, options);
  if (algo !== undefined && findAlgorithm(algo) === undefined) throw unknownAlgorithm(algo);
  const loaded = await loadForCommand(ctx, options.config);
  if (typeof loaded === "number") return loaded;
  const config = algo === undefined ? loaded.config : withAlgorithm(loaded.config, algo);
  const localIssuer = await localIssuerOf(ctx, config);
  const surroundings = { baseDirectory: dirname(loaded.file), localIssuer };
  const runtime = createRuntime(config, { clock: ctx.clock, seed: options.seed ?? "route", ...surroundings });
  const { giveFoundEndpoints } = await import("./found-endpoints.ts");
  await giveFoundEndpoints(ctx, config, runtime, surroundings.baseDirectory);
  const decider = createDecider(withInstances(runtime));
  return decided(() => decider.decide(options.request), options.count ?? 1);
}

function* decided(decide: () => Decision, count: number): Generator<Decision> {
  for (let i = 0; i < count; i++) yield decide();
}

/** The running gateway is asked, which has its own config, seed and algorithms. */
async function decideByRunning(ctx: CommandContext, options: DecideOptions): Promise<Decision[]> {
  for (const flag of ["algo", "seed"] as const) {
    if (options[flag] !== undefined) throw new UsageError(`--${flag} and --live do not go together.`);
  }
  const { connectAdmin } = await import("../admin-client.ts");
  const admin = await connectAdmin(ctx, options.config);
  return admin.decide(options.request, options.count ?? 1);
}

/** Tokens of the development issuer are verified as `up` does it. */
async function localIssuerOf(ctx: CommandContext, config: Config): Promise<LocalIssuer | undefined> {
  const { openIssuerFacts } = await import("../up/open-issuer.ts");
  const facts = await openIssuerFacts(ctx, config);
  return facts && createLocalIssuer(facts);
}

/** Services that `up` starts have no endpoints yet: their instances are shown by number. */
function withInstances(runtime: ReturnType<typeof createRuntime>): ReturnType<typeof createRuntime> {
  for (const service of runtime.services.values()) {
    const { run } = service.config;
    if (run === undefined || service.upstream.endpoints.length > 0) continue;
    service.setEndpoints(
      Array.from({ length: run.instances }, (_, index) => ({
        id: `${service.name}#${index + 1}`,
        protocol: "http" as const,
        host: "localhost",
        port: 0,
        weight: 1,
        backup: false,
      })),
    );
  }
  return runtime;
}

/** Every service with the algorithm and its default options; what is hashed stays as the service says. */
function withAlgorithm(config: Config, name: string): Config {
  const spec = algorithmSchema.parse(name);
  const services = Object.entries(config.services).map(([service, before]) => {
    const hashes = spec.key !== undefined && name !== "ip-hash";
    const key = hashes ? (before.algorithm.key ?? spec.key) : spec.key;
    const algorithm = before.algorithm.name === name ? before.algorithm : { ...spec, key };
    return [service, { ...before, algorithm }] as const;
  });
  return { ...config, services: Object.fromEntries(services) };
}

function unknownAlgorithm(name: string): UsageError {
  const near = nearest(name, ALGORITHM_NAMES);
  const guess = near === undefined ? `There are: ${ALGORITHM_NAMES.join(", ")}.` : `Did you mean ${near}?`;
  return new UsageError(`There is no algorithm "${name}". ${guess}`);
}
