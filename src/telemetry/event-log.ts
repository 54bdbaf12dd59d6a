import { type Logger, pino } from "pino";
import type { Clock } from "../shared/clock.ts";
import { REDACTED } from "./access-log/json-line.ts";
import { createTimeStamp } from "./time-stamp.ts";

export type { Logger };

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** The level that `GATEWAYCTL_LOG_LEVEL` names; `info` if it names none. */
export function logLevel(env: Readonly<Record<string, string | undefined>>): LogLevel {
  const wanted = env["GATEWAYCTL_LOG_LEVEL"]?.toLowerCase();
  return LOG_LEVELS.find((level) => level === wanted) ?? "info";
}

export interface EventLogOptions {
  readonly level: LogLevel;
  /** Keys whose values are never written, at the top or one level down. */
  readonly redact: readonly string[];
  readonly wallClock: Clock;
  /** Takes one line of JSON, with its line feed. */
  readonly write: (line: string) => void;
}

/** A pino logger for what happens beside requests: health changes, reloads, problems. */
export function createEventLog({ level, redact, wallClock, write }: EventLogOptions): Logger {
  const timeStamp = createTimeStamp();
  return pino(
    {
      level,
      base: null,
      timestamp: () => `,"time":"${timeStamp(wallClock.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: redact.filter(isFieldName).flatMap((name) => [`["${name}"]`, `*["${name}"]`]),
        censor: REDACTED,
      },
    },
    { write },
  );
}

/** What can stand in a pino path without changing its meaning: names of header fields can. */
function isFieldName(name: string): boolean {
  return /^[\w-]+$/.test(name);
}
