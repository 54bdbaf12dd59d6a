import { randomBytes } from "node:crypto";
import type { Config } from "../../../config/config.ts";
import type { InstanceGroup } from "../../../gateway/instances/instance-group.ts";
import { limitShare } from "../../../gateway/instances/limit-share.ts";
import type { InstanceSettings } from "../../../gateway/instances/protocol.ts";
import { recordedServices } from "../../../gateway/recorded-services.ts";
import type { IssuerFacts } from "../../../gateway/local-issuer.ts";
import { systemClock } from "../../../shared/clock.ts";
import { systemTimers } from "../../../shared/timers.ts";
import type { LogLevel } from "../../../telemetry/event-log.ts";
import type { RecordSession } from "../../../telemetry/record/format.ts";
import type { AccessLogOptions } from "../../../telemetry/schema.ts";
import type { Telemetry } from "../../../telemetry/telemetry.ts";
import type { CommandContext } from "../../context.ts";
import type { Happenings } from "../happenings.ts";
import { createForkWorker } from "./fork-worker.ts";
import { WorkerTeam, type WorkerTeamOptions } from "./worker-team.ts";

/** What is known of the run when it is served in several processes. */
export interface TeamOptions {
  readonly config: Config;
  /** Processes that serve. */
  readonly workers: number;
  readonly seed: string | undefined;
  /** What paths in the config are relative to. */
  readonly baseDirectory: string;
  /** With an absolute path. */
  readonly accessLog: AccessLogOptions | false;
  /** The traffic record that they all write to, if any. */
  readonly record?: RecordSession | undefined;
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

/** A team of processes, none of them started. */
export function createTeam(
  ctx: CommandContext,
  { workers, telemetry }: TeamOptions,
  group: InstanceGroup,
  ways: Pick<WorkerTeamOptions, "noun" | "settings" | "onReplaced" | "onServing" | "onGone">,
): WorkerTeam {
  return new WorkerTeam({
    ...ways,
    size: workers,
    group,
    fork: createForkWorker(ctx.env),
    log: telemetry.log,
    clock: systemClock,
    timers: systemTimers,
    output: {
      onLines: screen(ctx, (columns) => group.setColumns(columns)),
      onStray: (text) => ctx.stderr.write(text),
    },
  });
}

/** What each worker is told: all the same, but for its share of the limits and its own seed. */
export function settingsMaker(
  ctx: CommandContext,
  { workers, seed, baseDirectory, accessLog, record, level, names, secret, localIssuer }: TeamOptions,
  name: string,
): (config: Config, number: number) => Omit<InstanceSettings, "known"> {
  const ticketSecret = randomBytes(32);
  let isFirst = true;
  return (config, number) => {
    // The first one of all says so if another program has a port.
    const udpWhenFree = !isFirst;
    isFirst = false;
    return {
      config: { ...config, limits: limitShare(config.limits, number - 1, workers) },
      accessLog,
      record: record && { session: record, process: number, services: recordedServices(config) },
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
      udpWhenFree,
    };
  };
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
