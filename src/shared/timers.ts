import type { Millis } from "./clock.ts";

/** Where delays come from, so that a test can let time pass without waiting. */
export interface Timers {
  /** Calls `run` once after `ms` milliseconds; returns what takes it back. */
  after(ms: Millis, run: () => void): () => void;
}

/** The process's own timers: while one waits, the process goes on. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Timers that do not keep the process alive: a gateway that has nothing left to serve may end. */
export const backgroundTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
};

/** Waits for `promise`, but no longer than `ms`. */
export function atMost(ms: Millis, promise: Promise<unknown>, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const forget = timers.after(ms, resolve);
    void promise.finally(() => {
      forget();
      resolve();
    });
  });
}
