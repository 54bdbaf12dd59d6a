/** Where delays come from, so that a test can let time pass without waiting. */
export interface Timers {
  /** Calls `run` once after `ms` milliseconds; returns what takes it back. */
  after(ms: number, run: () => void): () => void;
}

/** The process's own timers. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

/** Waits for `promise`, but no longer than `ms`. */
export function atMost(ms: number, promise: Promise<unknown>, timers: Timers): Promise<void> {
  return new Promise((resolve) => {
    const forget = timers.after(ms, resolve);
    void promise.finally(() => {
      forget();
      resolve();
    });
  });
}
