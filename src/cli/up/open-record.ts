import { dirname, resolve } from "node:path";
import { recordedServices } from "../../gateway/recorded-services.ts";
import { systemWallClock } from "../../shared/clock.ts";
import { beginRecord } from "../../telemetry/record/begin-record.ts";
import type { RecordSession } from "../../telemetry/record/format.ts";
import type { RecordSettings } from "../../telemetry/record/recorder.ts";
import type { CommandContext } from "../context.ts";
import type { UpArgs, UpInput } from "./load-up.ts";

/**
 * Begins the traffic record that the command line asks for, or else the config: the one is meant relative to where the
 * command was typed, the other to the config.
 * @param processes how many will write to it
 * @throws GatewayError GW0023 if it cannot be written, or is a file of something else: then nothing runs
 */
export async function openRecord(
  ctx: CommandContext,
  args: UpArgs,
  input: UpInput,
  processes: number,
): Promise<RecordSession | undefined> {
  const path = recordPath(ctx, args, input);
  try {
    return path === undefined ? undefined : beginRecord(path, processes, systemWallClock);
  } catch (error) {
    await input.demo?.stop();
    throw error;
  }
}

function recordPath(ctx: CommandContext, { record: flag }: UpArgs, { config, file }: UpInput): string | undefined {
  const { record } = config.telemetry;
  if (flag !== undefined) return resolve(ctx.cwd, flag);
  return record === false ? undefined : resolve(dirname(file), record);
}

/** The part of this process in a session, where it serves alone: several processes write for themselves. */
export function ownRecord(session: RecordSession | undefined, { config }: UpInput): RecordSettings | undefined {
  if (session === undefined || session.processes > 1) return undefined;
  return { session, process: 1, services: recordedServices(config) };
}
