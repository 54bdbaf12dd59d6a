import { formatDuration } from "../../shared/duration.ts";
import type { ProbeResult } from "./probe.ts";

/** One probe under way: exactly one result, within its time, and what it holds is let go of. */
export interface ProbeRun {
  /** Ends it with this result; what comes later is ignored. */
  finish(passed: boolean, reason: string): void;
  /** The function that a probe returns: ends it without a result. */
  readonly cancel: () => void;
}

/**
 * @param what completes "no … within 1s"
 * @param release lets go of connections; called once, before the result is reported
 */
export function runProbe(
  timeout: number,
  what: string,
  release: () => void,
  report: (result: ProbeResult) => void,
): ProbeRun {
  let ended = false;
  const cancel = (): void => {
    if (ended) return;
    ended = true;
    clearTimeout(timer);
    release();
  };
  const finish = (passed: boolean, reason: string): void => {
    if (ended) return;
    cancel();
    report({ passed, reason });
  };
  const timer = setTimeout(() => finish(false, `no ${what} within ${formatDuration(timeout)}`), timeout);
  timer.unref();
  return { finish, cancel };
}
