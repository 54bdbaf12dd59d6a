import { randomBytes } from "node:crypto";
import { createGroupSource } from "../../../admin/group-source.ts";
import type { Config } from "../../../config/config.ts";
import { type BoundListener, newInstanceName } from "../../../gateway/gateway.ts";
import { type GroupMember, InstanceGroup } from "../../../gateway/instances/instance-group.ts";
import { limitShare } from "../../../gateway/instances/limit-share.ts";
import type { InstanceSettings } from "../../../gateway/instances/protocol.ts";
import { type Millis, systemClock, systemWallClock } from "../../../shared/clock.ts";
import { GatewayError } from "../../../shared/errors/gateway-error.ts";
import { systemTimers } from "../../../shared/timers.ts";
import type { LogLevel } from "../../../telemetry/event-log.ts";
import type { AccessLogOptions } from "../../../telemetry/schema.ts";
import type { IssuerFacts } from "../../../gateway/local-issuer.ts";
import type { Telemetry } from "../../../telemetry/telemetry.ts";
import type { CommandContext } from "../../context.ts";
import type { Happenings } from "../happenings.ts";
import type { Serving } from "../serving.ts";
import { createForkWorker } from "./fork-worker.ts";
import { hasOpenPorts, settlePorts } from "./settle-ports.ts";
import { WorkerTeam, type WorkerTeamOptions } from "./worker-team.ts";

/** How often counts are read of the workers: what one counted after that is lost if it is killed. */
const READ_EVERY: Millis = 2_000;

/** How often it is looked whether kept connections are spread evenly: longer than a worker that gives some up rests. */
const SPREAD_EVERY: Millis = 1_000;

/** Of free ports, where the config leaves them open. */
const MOST_DRAWS = 5;

export interface WorkersOptions {
  readonly config: Config;
  readonly workers: number;
  readonly seed: string | undefined;
  /** What paths in the config are relative to. */
  readonly baseDirectory: string;
  /** With an absolute path. */
  readonly accessLog: AccessLogOptions | false;
  readonly level: LogLevel;
  readonly names: ReadonlyMap<string, string>;
  /** Of this process: events, and metrics of its own. */
  readonly telemetry: Telemetry;
  /** What cookies are sealed with. */
  readonly secret: Uint8Array;
  /** Where the config says `local`. */
  readonly localIssuer: IssuerFacts | undefined;
  readonly happenings: Happenings;
}

/** Serves in several processes over the same ports, each with its own view of the endpoints. */
export function serveInWorkers(ctx: CommandContext, options: WorkersOptions): Serving {
  const { workers, telemetry, happenings } = options;
  const group = new InstanceGroup(happenings);
  const instance = newInstanceName();
  const settingsOf = settingsMaker(ctx, options, instance);
  const clocks = { clock: systemClock, wallClock: systemWallClock };
  let { config } = options;
  let bound: readonly BoundListener[] = [];
  let stopLooking = (): void => {};
  const checkAll = ({ peer }: GroupMember): void => {
    for (const name of Object.keys(config.services)) peer.call("checkNow", name).catch(() => {});
  };
  const team = createTeam(ctx, options, group, (number) => settingsOf(config, number), checkAll);
  let ended: Promise<number> | undefined;
  return {
    get bound() {
      return bound;
    },
    workers,
    failed: team.failed,
    async start() {
      bound = await startOnFreePorts(options.config, (settled) => {
        config = settled;
        return team.start();
      });
      stopLooking = lookAfter(group);
    },
    setInstances: (service, endpoints, starting) => group.setInstances({ service, endpoints, starting }),
    setStarting: (service, starting) => group.setStarting({ service, starting }),
    setIssuerUrl: (url) => group.setIssuerUrl(url),
    checkNow: (service) => group.checkNow(service),
    requestsInFlight: () => group.requestsInFlight(),
    drain(timeoutMs) {
      team.dismiss();
      stopLooking();
      return group.drain(timeoutMs);
    },
    stop() {
      stopLooking();
      ended ??= team.end();
      return ended;
    },
    source: (routes) =>
      createGroupSource({
        group,
        instance,
        listeners: () => bound.map(({ url }) => url),
        metrics: telemetry.metrics,
        routes,
        ...clocks,
      }),
  };
}

function createTeam(
  ctx: CommandContext,
  { workers, telemetry }: WorkersOptions,
  group: InstanceGroup,
  settings: WorkerTeamOptions["settings"],
  onReplaced: WorkerTeamOptions["onReplaced"],
): WorkerTeam {
  return new WorkerTeam({
    size: workers,
    group,
    fork: createForkWorker(ctx.env),
    log: telemetry.log,
    clock: systemClock,
    timers: systemTimers,
    settings,
    output: {
      onLines: screen(ctx, (columns) => group.setColumns(columns)),
      onStray: (text) => ctx.stderr.write(text),
    },
    onReplaced,
  });
}

/** Where the config leaves ports open, one that another process took first is no reason to give up. */
async function startOnFreePorts<T>(config: Config, start: (settled: Config) => Promise<T>): Promise<T> {
  for (let draw = 1; ; draw++) {
    try {
      return await start(await settlePorts(config, randomBytes(8).toString("hex")));
    } catch (error) {
      const taken = error instanceof GatewayError && error.code === "GW0010" && hasOpenPorts(config);
      if (!taken || draw === MOST_DRAWS) throw error;
    }
  }
}

function lookAfter(group: InstanceGroup): () => void {
  const timers = [
    setInterval(() => void group.reports(), READ_EVERY),
    setInterval(() => void group.spreadConnections(), SPREAD_EVERY),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}

/** What each worker is told: all the same, but for its share of the limits and its own seed. */
function settingsMaker(
  ctx: CommandContext,
  { workers, seed, baseDirectory, accessLog, level, names, secret, localIssuer }: WorkersOptions,
  name: string,
): (config: Config, number: number) => Omit<InstanceSettings, "known"> {
  const ticketSecret = randomBytes(32);
  return (config, number) => ({
    config: { ...config, limits: limitShare(config.limits, number - 1, workers) },
    accessLog,
    name,
    // The seed of a run is every worker's, and the first one's is not the second one's.
    seed: seed === undefined ? undefined : `${seed}:${number}`,
    level,
    names,
    screen: { isTTY: ctx.stdout.isTTY, color: ctx.stdout.color, columns: ctx.stdout.columns },
    baseDirectory,
    ticketSecret,
    secret,
    localIssuer,
  });
}

/** Writes workers' lines; a terminal that has changed its width since is told to them. */
function screen({ stdout }: CommandContext, onResize: (columns: number) => void): (text: string) => void {
  let { columns } = stdout;
  return (text) => {
    stdout.write(text);
    if (stdout.columns === columns) return;
    columns = stdout.columns;
    onResize(columns);
  };
}
