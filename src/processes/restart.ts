import type { RestartPolicy } from "./schema.ts";

/** How a process ended; `reason` is set where it never ran, or could not have. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly reason?: string;
}

const FIRST_DELAY = 250;
const LONGEST_DELAY = 10_000;

/** Milliseconds of staying up after which earlier failures are forgotten. */
export const STABLE_AFTER = 10_000;

/** Milliseconds to wait before a restart, after so many exits in a row (1 or more): 250, 500, 1000 … 10000. */
export function restartDelay(exitsInARow: number): number {
  return Math.min(FIRST_DELAY * 2 ** Math.min(exitsInARow - 1, 16), LONGEST_DELAY);
}

/** A signal counts as failure (SEMANTICS.md), and so does a command that could not be started. */
export function isFailure(exit: ProcessExit): boolean {
  return exit.code !== 0;
}

/** Whether a process that ended without being asked to is started again. */
export function shouldRestart(policy: RestartPolicy, exit: ProcessExit): boolean {
  return policy === "always" || (policy === "on-failure" && isFailure(exit));
}

/** Why a process is not started again, where `shouldRestart` says no. */
export function whyNot(exit: ProcessExit, policy: RestartPolicy): string {
  return isFailure(exit) ? `restart is ${policy}` : `it ended without an error, and restart is ${policy}`;
}
