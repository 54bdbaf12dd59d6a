import type { Millis } from "../shared/clock.ts";

/** Collects lines and hands them on together: one write for many lines. */
export interface Batch {
  add(line: string): void;
  /** Hands on what has been collected, now. */
  flush(): void;
}

/** A batch this long, in characters, does not wait any longer. */
const LONG_ENOUGH = 32_768;

/**
 * A batch that is written `delayMs` after its first line, or as soon as it is long. While there are no lines there is no
 * timer, and the timer keeps no process alive: whoever ends it calls `flush`.
 */
export function createBatch(write: (text: string) => void, delayMs: Millis): Batch {
  let text = "";
  let waiting = false;
  const flush = (): void => {
    if (text === "") return;
    const all = text;
    text = "";
    write(all);
  };
  const due = (): void => {
    waiting = false;
    flush();
  };
  return {
    add(line) {
      text += line;
      if (text.length >= LONG_ENOUGH) flush();
      else if (!waiting) {
        waiting = true;
        setTimeout(due, delayMs).unref();
      }
    },
    flush,
  };
}
