import { dirname, resolve as resolvePath } from "node:path";
import type { AdminSource, RouteSnapshot } from "../../admin/admin-source.ts";
import { createLocalIssuer } from "../../gateway/local-issuer.ts";
import { startDiscovery } from "../../gateway/discovery.ts";
import { configSecret } from "../../processes/secret-file.ts";
import { configStateDirectory, stateDirectory } from "../../processes/state-directory.ts";
import type { Supervisor } from "../../processes/supervisor.ts";
import { type Millis, systemClock, systemWallClock } from "../../shared/clock.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { logLevel } from "../../telemetry/event-log.ts";
import type { RecordSession } from "../../telemetry/record/format.ts";
import type { AccessLogOptions } from "../../telemetry/schema.ts";
import { createTelemetry, type Telemetry } from "../../telemetry/telemetry.ts";
import type { CommandContext } from "../context.ts";
import { UsageError } from "../usage-error.ts";
import { routeRows } from "../routes/route-rows.ts";
import { startSpinner } from "../ui/spinner.ts";
import { packageVersion } from "../version.ts";
import { bindPorts } from "./bind.ts";
import { commandName } from "./command-name.ts";
import { logDiscovery } from "./discovery-lines.ts";
import { type Happenings, logHappenings } from "./happenings.ts";
import { keepServing } from "./keep-serving.ts";
import { identityOptions, openIssuerFacts } from "./open-issuer.ts";
import { loadUp, reloadedConfig, type UpArgs, type UpInput } from "./load-up.ts";
import { openRecord, ownRecord } from "./open-record.ts";
import { writeOverview } from "./overview.ts";
import { logProcesses } from "./process-lines.ts";
import { isSettled, runServices } from "./run-services.ts";
import { serveHere } from "./serve-here.ts";
import type { Serving } from "./serving.ts";
import { type Stopping, watchStopping } from "./stopping.ts";

/** How long the overview waits for services that gatewayctl starts. */
const PATIENCE: Millis = 10_000;

/** `gatewayctl up`, from the config to the last exchange. */
export async function runUp(ctx: CommandContext, args: UpArgs): Promise<number> {
  let say = (line: string): void => ctx.stderr.write(`${line}\n`);
  const input = await loadUp(ctx, args, (line) => say(line));
  if (typeof input === "number") return input;
  const processes = Math.max(args.workers, gatewaysOf(args, input));
  const record = await openRecord(ctx, args, input, processes);
  const stopping = watchStopping(ctx);
  const telemetry = createTelemetry({
    accessLog: accessLogOf(input),
    record: ownRecord(record, input),
    sink: ctx.stdout,
    level: logLevel(ctx.env),
    names: namesOf(input),
    // The workers write to the file themselves.
    ...(processes > 1 ? { openFile: () => NOWHERE } : {}),
    clock: systemClock,
    wallClock: systemWallClock,
  });
  say = (line) => telemetry.log.info(line);
  const stopGuarding = keepServing(telemetry.log);
  const session = new UpSession(ctx, args, input, telemetry, stopping, record?.path);
  const happenings = logHappenings(telemetry.log);
  try {
    return await session.run(await createServing(ctx, args, input, telemetry, happenings, record), happenings);
  } finally {
    await session.end();
    stopGuarding();
    await telemetry.close();
    stopping.release();
  }
}

const NOWHERE = { write: () => {}, flushSync: () => {}, close: () => {} };

async function createServing(
  ctx: CommandContext,
  args: UpArgs,
  input: UpInput,
  telemetry: Telemetry,
  happenings: Happenings,
  record: RecordSession | undefined,
): Promise<Serving> {
  const { config } = input;
  const { workers, seed } = args;
  const gateways = gatewaysOf(args, input);
  if (workers > 1 && gateways > 1) {
    throw new UsageError("--workers and several gateways do not go together: each gateway is a process already.");
  }
  const baseDirectory = dirname(input.file);
  const issuerFacts = await openIssuerFacts(ctx, config);
  const ownSecret = configSecret(configStateDirectory(ctx.env, input.file));
  const secret = config.state === "memory" ? ownSecret : await secretOfStore(config.state, ownSecret);
  if (workers === 1 && gateways === 1) {
    const random = seed === undefined ? {} : { seed };
    const localIssuer = issuerFacts && createLocalIssuer(issuerFacts);
    const surroundings = { localIssuer, baseDirectory, secret, stateDirectory: () => stateDirectory(ctx.env) };
    return serveHere(config, telemetry, { ...random, ...happenings, ...surroundings });
  }
  const accessLog = accessLogOf(input);
  const level = logLevel(ctx.env);
  const names = namesOf(input);
  const team = {
    config,
    workers: Math.max(workers, gateways),
    seed,
    baseDirectory,
    accessLog,
    record,
    level,
    names,
    telemetry,
    happenings,
    secret,
    localIssuer: issuerFacts,
  };
  if (gateways > 1) {
    const { serveBehindFront } = await import("./gateways/serve-behind-front.ts");
    return serveBehindFront(ctx, { ...team, algorithm: config.gateways?.algorithm ?? "least-conn" });
  }
  const { serveInWorkers } = await import("./workers/serve-in-workers.ts");
  return serveInWorkers(ctx, team);
}

/** Nothing of Redis is loaded where the config names none. */
async function secretOfStore(state: string, own: Uint8Array): Promise<Uint8Array> {
  const { sharedSecret } = await import("../../gateway/state/shared-secret.ts");
  return sharedSecret(state, own);
}

/** What the command line says comes before what the config says. */
function gatewaysOf({ gateways, workers }: UpArgs, { config }: UpInput): number {
  return gateways ?? (workers > 1 ? 1 : (config.gateways?.instances ?? 1));
}

/** The access log's file is meant relative to the config, not to where the command was typed. */
function accessLogOf({ config, file }: UpInput): AccessLogOptions | false {
  const { accessLog } = config.telemetry;
  if (accessLog === false || accessLog.path === "-") return accessLog;
  return { ...accessLog, path: resolvePath(dirname(file), accessLog.path) };
}

function namesOf({ demo }: UpInput): ReadonlyMap<string, string> {
  return demo?.names ?? new Map();
}

/** One run of `up`: what it starts, it ends. */
class UpSession {
  private readonly ctx: CommandContext;
  private readonly args: UpArgs;
  private readonly input: UpInput;
  private readonly telemetry: Telemetry;
  private readonly stopping: Stopping;
  private readonly record: string | undefined;
  private readonly ends: (() => unknown)[] = [];
  private supervisor: Supervisor | undefined;

  constructor(
    ctx: CommandContext,
    args: UpArgs,
    input: UpInput,
    telemetry: Telemetry,
    stopping: Stopping,
    record?: string,
  ) {
    this.ctx = ctx;
    this.args = args;
    this.input = input;
    this.telemetry = telemetry;
    this.stopping = stopping;
    this.record = record;
    const { demo } = input;
    if (demo) this.ends.push(() => demo.stop());
  }

  async run(serving: Serving, happenings: Happenings): Promise<number> {
    const { input, stopping } = this;
    this.ends.push(() => serving.stop());
    await this.discover(serving);
    await bindPorts(() => serving.start());
    const ownDirectory = configStateDirectory(this.ctx.env, input.file);
    const supervisor = await this.runServices(serving, ownDirectory);
    const source = serving.source(routesOf(input));
    const adminUrl = await this.startAdmin(serving, source, ownDirectory);
    await Promise.race([this.lookAtEndpoints(serving), serving.failed]);
    if (!stopping.asked) {
      writeOverview(this.ctx.stderr, {
        bound: serving.bound,
        workers: serving.workers,
        gateways: serving.gateways,
        config: input.config,
        services: await source.services(),
        name: input.name,
        adminUrl,
        record: this.record,
        names: namesOf(input),
        guide: input.demo?.guide ?? [],
        madeAuthority: happenings.madeAuthority,
        processes: supervisor?.processes() ?? [],
        command: commandName(this.ctx.env),
      });
      this.ends.push(input.demo?.startTraffic(serving.bound[0]?.url ?? "") ?? (() => {}));
      await Promise.race([stopping.first, serving.failed]);
    }
    return this.drain(serving);
  }

  /** The process of `up` looks for endpoints alone, and tells all that serve. */
  private async discover(gateway: Serving): Promise<void> {
    const { ctx, input, telemetry } = this;
    const discovery = startDiscovery({
      config: input.config,
      gateway,
      baseDirectory: dirname(input.file),
      env: ctx.env,
      onNews: logDiscovery(telemetry.log),
    });
    if (discovery === undefined) return;
    this.ends.push(() => discovery.close());
    await discovery.firstLook;
  }

  private async runServices(gateway: Serving, ownDirectory: string): Promise<Supervisor | undefined> {
    const { ctx, input } = this;
    const supervisor = await runServices({
      config: input.config,
      gateway,
      baseDirectory: dirname(input.file),
      stateDirectory: ownDirectory,
      env: ctx.env,
      ...logProcesses(this.telemetry.log),
    });
    this.supervisor = supervisor;
    if (supervisor) this.ends.push(() => supervisor.stop());
    return supervisor;
  }

  /** @returns its URL; `undefined` where it is switched off */
  private async startAdmin(serving: Serving, source: AdminSource, ownDirectory: string): Promise<string | undefined> {
    const { input } = this;
    if (input.config.admin === false) return undefined;
    const { startAdmin } = await import("../../admin/start-admin.ts");
    const admin = await startAdmin({
      source,
      port: input.config.admin,
      stateDirectory: ownDirectory,
      version: packageVersion(),
      config: input.file,
      identity: identityOptions(this.ctx, input.config),
      reload: this.reloadOf(serving),
    });
    if (admin === undefined) return undefined;
    this.ends.push(() => admin.close());
    serving.setIssuerUrl(`http://localhost:${admin.port}/idp`);
    return admin.url;
  }

  private reloadOf(serving: Serving): (() => Promise<void>) | undefined {
    if (serving.reload === undefined || this.input.demo !== undefined) return undefined;
    return async () => {
      await serving.reload?.(await reloadedConfig(this.ctx, this.args, this.input));
      this.telemetry.log.info("the gateways have taken up the config");
    };
  }

  /** Waits until every endpoint has been asked once, and services that were started had time to begin. */
  private async lookAtEndpoints(serving: Serving): Promise<void> {
    const { input, stopping } = this;
    const spinner = await startSpinner(this.ctx.stderr, "looking at the endpoints");
    try {
      await Promise.race([
        stopping.first,
        Promise.all(
          Object.keys(input.config.services).map(async (service) => {
            await this.settled(service);
            await serving.checkNow(service);
          }),
        ),
      ]);
    } finally {
      spinner.stop();
    }
  }

  private async drain(serving: Serving): Promise<number> {
    const { ctx, input, stopping } = this;
    const open = await serving.requestsInFlight();
    const waiting =
      open === 0 ? "" : `, waiting for ${open} request${open === 1 ? "" : "s"}; Ctrl-C again ends at once`;
    ctx.stderr.write(`stopping${waiting}\n`);
    const finished = await Promise.race([serving.drain(input.config.limits.drainTimeout), stopping.second]);
    const cut = finished ?? (await serving.stop());
    if (cut > 0) ctx.stderr.write(`${cut} request${cut === 1 ? " was" : "s were"} cut\n`);
    return EXIT.ok;
  }

  /** Until the instances that gatewayctl starts for a service are ready, or have had their time. */
  private async settled(service: string): Promise<void> {
    const until = systemClock.now() + PATIENCE;
    while (!isSettled(this.supervisor, service) && !this.stopping.asked && systemClock.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  /** Ends what was started, the last first; may be called however far `run` got. */
  async end(): Promise<void> {
    for (const end of this.ends.splice(0).reverse()) await end();
  }
}

function routesOf({ config }: UpInput): () => readonly RouteSnapshot[] {
  const routes = routeRows(config);
  return () => routes;
}
