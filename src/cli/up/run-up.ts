import { dirname, resolve as resolvePath } from "node:path";
import { createGatewaySource, gatewayGauges } from "../../admin/gateway-source.ts";
import { createGateway, type Gateway } from "../../gateway/gateway.ts";
import { configStateDirectory, stateDirectory } from "../../processes/state-directory.ts";
import type { Supervisor } from "../../processes/supervisor.ts";
import { type Millis, systemClock, systemWallClock } from "../../shared/clock.ts";
import { EXIT } from "../../shared/errors/entry.ts";
import { logLevel } from "../../telemetry/event-log.ts";
import type { AccessLogOptions } from "../../telemetry/schema.ts";
import { createTelemetry, type Telemetry } from "../../telemetry/telemetry.ts";
import type { CommandContext } from "../context.ts";
import { routeRows } from "../routes/route-rows.ts";
import { startSpinner } from "../ui/spinner.ts";
import { packageVersion } from "../version.ts";
import { bindGateway } from "./bind.ts";
import { keepServing } from "./keep-serving.ts";
import { loadUp, type UpArgs, type UpInput } from "./load-up.ts";
import { logCertificates } from "./certificate-lines.ts";
import { logProcesses } from "./process-lines.ts";
import { isSettled, runServices } from "./run-services.ts";
import { type Stopping, watchStopping } from "./stopping.ts";
import { commandName } from "./command-name.ts";
import { writeOverview } from "./overview.ts";

/** How long the overview waits for services that gatewayctl starts. */
const PATIENCE: Millis = 10_000;

/** `gatewayctl up`, from the config to the last exchange. */
export async function runUp(ctx: CommandContext, args: UpArgs): Promise<number> {
  let say = (line: string): void => ctx.stderr.write(`${line}\n`);
  const input = await loadUp(ctx, args, (line) => say(line));
  if (typeof input === "number") return input;
  const stopping = watchStopping(ctx);
  const telemetry = createTelemetry({
    accessLog: accessLogOf(input),
    sink: ctx.stdout,
    level: logLevel(ctx.env),
    ...(input.demo ? { names: input.demo.names } : {}),
    clock: systemClock,
    wallClock: systemWallClock,
  });
  say = (line) => telemetry.log.info(line);
  const session = new UpSession(ctx, args, input, telemetry, stopping);
  const stopGuarding = keepServing(telemetry.log);
  try {
    return await session.run();
  } finally {
    await session.end();
    stopGuarding();
    telemetry.close();
    stopping.release();
  }
}

/** The access log's file is meant relative to the config, not to where the command was typed. */
function accessLogOf({ config, file }: UpInput): AccessLogOptions | false {
  const { accessLog } = config.telemetry;
  if (accessLog === false || accessLog.path === "-") return accessLog;
  return { ...accessLog, path: resolvePath(dirname(file), accessLog.path) };
}

/** One run of `up`: what it starts, it ends. */
class UpSession {
  private readonly ctx: CommandContext;
  private readonly input: UpInput;
  private readonly telemetry: Telemetry;
  private readonly stopping: Stopping;
  private readonly gateway: Gateway;
  private readonly ends: (() => unknown)[] = [];
  private supervisor: Supervisor | undefined;
  /** The local CA's certificate, where this run has made it. */
  private newAuthority: string | undefined;

  constructor(ctx: CommandContext, args: UpArgs, input: UpInput, telemetry: Telemetry, stopping: Stopping) {
    this.ctx = ctx;
    this.input = input;
    this.telemetry = telemetry;
    this.stopping = stopping;
    this.gateway = createGateway(input.config, {
      ...(args.seed === undefined ? {} : { seed: args.seed }),
      baseDirectory: dirname(input.file),
      stateDirectory: () => stateDirectory(ctx.env),
      onCertificates: logCertificates(telemetry.log, (file) => {
        this.newAuthority = file;
      }),
      onFinish: telemetry.finish,
      onBug: (err, requestId) => telemetry.log.error({ err, requestId }, "a bug in gatewayctl ended an exchange"),
      onHealthChange: ({ service, endpoint, from, to, reason }) => {
        const fields = { service, endpoint };
        if (to === "unhealthy") telemetry.log.warn(fields, `down: ${reason}`);
        else if (from === "unhealthy") telemetry.log.info(fields, `up again: ${reason}`);
      },
    });
    const { demo } = input;
    if (demo) this.ends.push(() => demo.stop());
  }

  async run(): Promise<number> {
    const { ctx, gateway, input, stopping } = this;
    await bindGateway(gateway);
    this.ends.push(() => gateway.stop());
    const ownDirectory = configStateDirectory(ctx.env, input.file);
    const processes = logProcesses(this.telemetry.log);
    this.supervisor = await runServices({
      config: input.config,
      gateway,
      baseDirectory: dirname(input.file),
      stateDirectory: ownDirectory,
      env: ctx.env,
      ...processes,
    });
    const { supervisor } = this;
    if (supervisor) this.ends.push(() => supervisor.stop());
    const adminUrl = await this.startAdmin(ownDirectory);
    await this.lookAtEndpoints();
    if (!stopping.asked) {
      writeOverview(ctx.stderr, {
        gateway,
        name: input.name,
        adminUrl,
        names: input.demo?.names ?? new Map(),
        guide: input.demo?.guide ?? [],
        processes: this.supervisor?.processes() ?? [],
        madeAuthority: this.newAuthority !== undefined,
        command: commandName(ctx.env),
      });
      this.ends.push(input.demo?.startTraffic(gateway.bound[0]?.url ?? "") ?? (() => {}));
      await stopping.first;
    }
    return this.drain();
  }

  /** @returns its URL; `undefined` where it is switched off */
  private async startAdmin(ownDirectory: string): Promise<string | undefined> {
    const { gateway, input, telemetry } = this;
    const { metrics } = telemetry;
    metrics.setGauges(gatewayGauges(gateway));
    if (input.config.admin === false) return undefined;
    const { startAdmin } = await import("../../admin/start-admin.ts");
    const clocks = { clock: systemClock, wallClock: systemWallClock };
    const routes = routeRows(input.config);
    const admin = await startAdmin({
      source: createGatewaySource({ gateway, metrics, routes: () => routes, ...clocks }),
      port: input.config.admin,
      stateDirectory: ownDirectory,
      version: packageVersion(),
      config: input.file,
    });
    if (admin) this.ends.push(() => admin.close());
    return admin?.url;
  }

  /** Waits until every endpoint has been asked once, and services that were started had time to begin. */
  private async lookAtEndpoints(): Promise<void> {
    const { gateway, stopping } = this;
    const spinner = await startSpinner(this.ctx.stderr, "looking at the endpoints");
    try {
      const services = [...gateway.runtime.services.values()];
      await Promise.race([
        stopping.first,
        Promise.all(
          services.map(async (service) => {
            await this.settled(service.name);
            await service.upstream.checkNow();
          }),
        ),
      ]);
    } finally {
      spinner.stop();
    }
  }

  private async drain(): Promise<number> {
    const { ctx, gateway, input, stopping } = this;
    const open = gateway.requestsInFlight;
    const waiting =
      open === 0 ? "" : `, waiting for ${open} request${open === 1 ? "" : "s"}; Ctrl-C again ends at once`;
    ctx.stderr.write(`stopping${waiting}\n`);
    const cut = await Promise.race([
      gateway.drain(input.config.limits.drainTimeout),
      stopping.second.then(() => gateway.requestsInFlight),
    ]);
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
