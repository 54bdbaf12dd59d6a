import type { Config } from "../../config/config.ts";
import { isDiscovered, protocolOf } from "../../config/discovered/read-discovered.ts";
import { type LoadedConfig, loadValue } from "../../config/load.ts";
import { LOOPBACK_HOSTS } from "../../http/schema.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { createRng } from "../../shared/rng.ts";
import { DEMO_CONFIG } from "../admin-client.ts";
import type { CommandContext } from "../context.ts";
import type { Demo } from "../demo/start-demo.ts";
import { readConfig, writeFindings } from "../load-for-command.ts";

export interface UpArgs {
  readonly config?: string;
  readonly port?: number;
  readonly seed?: string;
  readonly demo?: true;
  readonly quiet?: boolean;
  /** Processes that serve. */
  readonly workers: number;
  /** Gateway instances behind a load balancer; what the config says, if not given. */
  readonly gateways?: number;
  /** The traffic record, relative to the working directory; what the config says, if not given. */
  readonly record?: string;
}

/** What `up` is to run. */
export interface UpInput {
  readonly config: Config;
  /** Absolute; of the demo, a name that no file has. */
  readonly file: string;
  readonly name: string;
  readonly demo: Demo | undefined;
}

/**
 * The config that `up` runs: the one in the folder, or the demo's. Diagnostics are written to stderr.
 * @returns an exit code where there is nothing to run
 */
export async function loadUp(
  ctx: CommandContext,
  args: UpArgs,
  log: (line: string) => void,
): Promise<UpInput | number> {
  if (args.demo) return loadDemo(args, log);
  let loaded: LoadedConfig;
  try {
    loaded = await readConfig(ctx, args.config, true);
  } catch (error) {
    if (error instanceof GatewayError && error.code === "GW0101" && args.config === undefined)
      throw nothingToRun(error);
    throw error;
  }
  if (loaded.diagnostics.some(({ severity }) => severity !== "note")) await writeFindings(ctx, loaded);
  if (loaded.config === undefined) return EXIT.config;
  return { config: withPort(loaded.config, args.port), file: loaded.file, name: loaded.name, demo: undefined };
}

/**
 * The config as its file has it now.
 * @throws GatewayError GW0022 if it has errors, or starts other services than the one that runs
 */
export async function reloadedConfig(ctx: CommandContext, args: UpArgs, { config: before }: UpInput): Promise<Config> {
  const { config, diagnostics } = await readConfig(ctx, args.config, true);
  if (config === undefined) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    const more = errors.length > 1 ? `, and ${errors.length - 1} more` : "";
    throw new GatewayError("GW0022", `The config has errors: ${errors[0]?.message ?? "unknown"}${more}.`);
  }
  if (JSON.stringify(runsOf(config)) !== JSON.stringify(runsOf(before))) {
    throw new GatewayError("GW0022", "What `run:` starts is another: that takes a new `up`.");
  }
  if (JSON.stringify(discoveredOf(config)) !== JSON.stringify(discoveredOf(before))) {
    throw new GatewayError("GW0022", "Where endpoints are found is another place: that takes a new `up`.");
  }
  if (args.record === undefined && config.telemetry.record !== before.telemetry.record) {
    throw new GatewayError("GW0022", "Traffic is recorded in another file, or not any more: that takes a new `up`.");
  }
  return withPort(config, args.port);
}

function runsOf({ services }: Config): unknown[] {
  return Object.values(services).flatMap(({ name, run }) => (run ? [[name, run]] : []));
}

/** What decides where endpoints are looked for, and what they speak. */
function discoveredOf(config: Config): unknown[] {
  const services = Object.values(config.services).filter(isDiscovered);
  return services.map(({ name, endpoints }) => [name, endpoints, protocolOf(config, name)]);
}

async function loadDemo(args: UpArgs, log: (line: string) => void): Promise<UpInput> {
  const { startDemo } = await import("../demo/start-demo.ts");
  const demo = await startDemo({ rng: createRng(args.seed ?? "demo"), log });
  const { config, diagnostics } = loadValue(demo.config, {}, "demo");
  if (config === undefined) {
    await demo.stop();
    throw new GatewayError("GW0099", `The demo's config is not valid: ${diagnostics[0]?.message}`);
  }
  return { config: withPort(config, args.port), file: DEMO_CONFIG, name: "the demo", demo };
}

/** `--port N` replaces the first HTTP listener. */
function withPort(config: Config, port: number | undefined): Config {
  if (port === undefined) return config;
  const first = config.listeners.findIndex(({ kind }) => kind === "http");
  const bind = { hosts: [...LOOPBACK_HOSTS], port };
  const replaced = { kind: "http" as const, ...bind, redirect: undefined, proxyProtocol: false };
  const listeners =
    first < 0
      ? [replaced, ...config.listeners]
      : config.listeners.map((listener, index) => (index === first ? { ...listener, ...bind } : listener));
  return { ...config, listeners };
}

function nothingToRun(cause: GatewayError): GatewayError {
  return new GatewayError(
    "GW0101",
    "There is no config in this folder. `gatewayctl init` makes one; `gatewayctl up --demo` shows a gateway at work without one.",
    { cause },
  );
}
