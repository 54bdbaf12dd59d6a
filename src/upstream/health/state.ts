import type { Millis } from "../../shared/clock.ts";

/** `unknown` until something is known: an endpoint may be used until it is proved bad. */
export type Health = "unknown" | "healthy" | "unhealthy";

/** What proved an endpoint bad: active checks, or a connection that traffic could not open. */
export type UnhealthyCause = "check" | "connect-failure";

/** The health of one endpoint. Plain data; changed only by the functions of this file. */
export interface HealthRecord {
  health: Health;
  cause: UnhealthyCause | undefined;
  /** What was seen last of what speaks for or against it: "connection refused", "HTTP 503". */
  reason: string | undefined;
  /** When `health` last changed. */
  since: Millis;
  /** Checks passed and failed in a row. One of the two is 0. */
  passes: number;
  fails: number;
}

/** How many checks in a row turn an endpoint's health. */
export interface HealthRule {
  readonly rise: number;
  readonly fall: number;
}

/** A record about which nothing is known. */
export function unknownHealth(now: Millis): HealthRecord {
  return { health: "unknown", cause: undefined, reason: undefined, since: now, passes: 0, fails: 0 };
}

/**
 * Takes the result of an active check in; true if `health` changed.
 *
 * `fall` failures in a row make an endpoint unhealthy, `rise` passes in a row bring it back. From `unknown` the first
 * pass makes it healthy, as it was eligible anyway.
 */
export function applyCheck(
  record: HealthRecord,
  passed: boolean,
  reason: string,
  rule: HealthRule,
  now: Millis,
): boolean {
  record.reason = reason;
  if (passed) {
    record.passes++;
    record.fails = 0;
    const enough = record.health === "unhealthy" ? rule.rise : 1;
    return record.passes >= enough && become(record, "healthy", undefined, now);
  }
  record.fails++;
  record.passes = 0;
  return record.fails >= rule.fall && become(record, "unhealthy", "check", now);
}

/** A connection could not be opened: the endpoint is put aside at once, whatever checks said. True if that changed it. */
export function applyConnectFailure(record: HealthRecord, reason: string, now: Millis): boolean {
  record.reason = reason;
  record.passes = 0;
  return become(record, "unhealthy", record.cause ?? "connect-failure", now);
}

/** The endpoint accepts connections or answers, and no active check has the say: it is healthy. True if that changed it. */
export function applyAnswer(record: HealthRecord, reason: string, now: Millis): boolean {
  record.reason = reason;
  record.fails = 0;
  return become(record, "healthy", undefined, now);
}

function become(record: HealthRecord, health: Health, cause: UnhealthyCause | undefined, now: Millis): boolean {
  record.cause = cause;
  if (record.health === health) return false;
  record.health = health;
  record.since = now;
  return true;
}
