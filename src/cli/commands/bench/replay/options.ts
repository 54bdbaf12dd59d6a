import { parseDuration } from "../../../../shared/duration.ts";
import { UsageError } from "../../../usage-error.ts";

/** The flags of `bench --replay`, parsed, beside those that it shares with the others. */
export interface ReplayArgs {
  readonly replay?: string;
  readonly last?: number;
  readonly service?: string;
}

/** As they stand in the help. `--service` is among those of `--live`. */
export const REPLAY_OPTIONS = [
  { flags: "--replay <file>", summary: "instead: over traffic that `up --record` has recorded" },
  { flags: "--last <time>", summary: "replay: only the end of the record, such as 1h", parse: parseTime },
];

/** What a record says itself, or what belongs to another kind of run. */
const NOT_WITH_REPLAY = [
  ["live", "--live"],
  ["validate", "--validate"],
  ["fromConfig", "--from-config"],
  ["endpoints", "--endpoints"],
  ["load", "--load"],
  ["serviceTime", "--service-time"],
  ["arrivals", "--arrivals"],
  ["requests", "--requests"],
  ["rate", "--rate"],
  ["duration", "--duration"],
  ["connections", "--connections"],
  ["closed", "--closed"],
  ["path", "--path"],
  ["config", "--config"],
  ["allowRemote", "--allow-remote"],
] as const;

/**
 * Holds the flags against each other.
 * @throws UsageError for one that would be passed over in silence
 */
export function checkReplayArgs(args: ReplayArgs & Readonly<Record<string, unknown>>): void {
  if (args.replay === undefined) {
    if (args.last !== undefined) throw new UsageError("--last belongs to --replay.");
    return;
  }
  const flag = NOT_WITH_REPLAY.find(([name]) => args[name] !== undefined && args[name] !== false);
  if (flag !== undefined) throw new UsageError(`${flag[1]} has no use with --replay: the record says what happened.`);
}

function parseTime(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError(`--last takes a time such as 1h, not "${text}".`);
}
