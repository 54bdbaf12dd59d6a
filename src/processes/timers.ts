/** Where delays come from, so that a test can let time pass without waiting. */
export interface Timers {
  /** Calls `run` once after `ms` milliseconds; returns what takes it back. Does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
}

/** The process's own timers. */
export const systemTimers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
