import { parseDuration } from "../../../../shared/duration.ts";
import { UsageError } from "../../../usage-error.ts";
import { parseCount } from "../values.ts";

/** The flags of `bench --live`, parsed, beside those that it shares with simulations. */
export interface LiveArgs {
  readonly live?: boolean;
  readonly service?: string;
  readonly path?: string;
  readonly config?: string;
  readonly rate?: number;
  readonly duration?: number;
  readonly connections?: number;
  readonly closed?: boolean;
  readonly allowRemote?: boolean;
}

/** As they stand in the help. */
export const LIVE_OPTIONS = [
  { flags: "--live", summary: "send real requests through a real gateway, instead of simulating" },
  {
    flags: "--rate <n>",
    summary: "live: requests a second; by default what makes the scenario's load",
    parse: parseRate,
  },
  { flags: "--duration <time>", summary: "live: how long, for each algorithm (10s)", parse: parseTime },
  {
    flags: "--connections <n>",
    summary: "live: the most connections at once (256; closed: 16)",
    parse: parseCount("--connections"),
  },
  { flags: "--closed", summary: "live: each connection sends when it has its answer, whatever the rate; hides stalls" },
  { flags: "--service <name>", summary: "live: before this service of the config; replay: the recorded one" },
  { flags: "--path <path>", summary: "live: what is asked of that service by GET (/)", parse: parsePath },
  { flags: "--config <file>", summary: "live: the config, if not the one in this folder" },
  { flags: "--allow-remote", summary: "live: that service may have endpoints on other machines" },
];

/** What makes sense with --live alone. */
const LIVE_ONLY = [
  ["rate", "--rate"],
  ["duration", "--duration"],
  ["connections", "--connections"],
  ["closed", "--closed"],
  ["service", "--service"],
  ["path", "--path"],
  ["allowRemote", "--allow-remote"],
] as const;

/** What is said of synthetic endpoints alone. */
const SYNTHETIC_ONLY = [
  ["endpoints", "--endpoints"],
  ["load", "--load"],
  ["serviceTime", "--service-time"],
] as const;

/**
 * Holds the flags against each other.
 * @throws UsageError for two of which one would be passed over in silence
 */
export function checkLiveArgs(args: LiveArgs & Readonly<Record<string, unknown>>): void {
  if (args.live !== true) {
    const flag = LIVE_ONLY.find(([name]) => args[name] !== undefined && args[name] !== false);
    if (flag !== undefined) throw new UsageError(`${flag[1]} belongs to --live.`);
    return;
  }
  if (args["validate"] === true) throw new UsageError("--validate is about the simulator: leave --live out.");
  if (args["fromConfig"] !== undefined)
    throw new UsageError(
      "--from-config simulates: write --service NAME for a live run before a service of the config.",
    );
  if (args.closed === true && args.rate !== undefined)
    throw new UsageError("--closed sends as fast as answers come: it has no --rate.");
  if (args.closed === true && args["requests"] !== undefined)
    throw new UsageError("--closed sends for a --duration: it has no --requests.");
  if (args.duration !== undefined && args["requests"] !== undefined)
    throw new UsageError("--duration and --requests say the same thing twice: give one of them.");
  if (args.rate !== undefined && args["load"] !== undefined)
    throw new UsageError("--rate and --load say the same thing twice: give one of them.");
  if (args.service === undefined) {
    if (args.path !== undefined) throw new UsageError("--path belongs to --service.");
    return;
  }
  const flag = SYNTHETIC_ONLY.find(([name]) => args[name] !== undefined);
  if (flag !== undefined)
    throw new UsageError(`${flag[1]} is about synthetic endpoints: it has no use with --service.`);
}

function parseRate(text: string): number {
  const rate = /^\d+(_\d+)*(\.\d+)?$/.test(text) ? Number(text.replaceAll("_", "")) : 0;
  if (rate > 0) return rate;
  throw new UsageError(`--rate takes requests a second, such as 500, not "${text}".`);
}

function parseTime(text: string): number {
  const ms = parseDuration(text);
  if (ms !== undefined && ms > 0) return ms;
  throw new UsageError(`--duration takes a time such as 10s, not "${text}".`);
}

function parsePath(text: string): string {
  // It is written into a request as it stands.
  if (/^\/[!-~]*$/.test(text)) return text;
  throw new UsageError(`--path takes what stands in a request, such as "/users?page=2", not "${text}".`);
}
