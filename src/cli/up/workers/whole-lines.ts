/** Puts the pieces in which a process's output is read together again. */
export interface WholeLines {
  push(chunk: Buffer): void;
}

const LINE_FEED = 10;

/**
 * Passes on whole lines, as many at once as there are. A line that never ends, as its process was killed while it wrote
 * it, is not passed on: a torn line would break the next one as well.
 */
export function createWholeLines(write: (text: string) => void): WholeLines {
  let begun: Buffer[] = [];
  return {
    push(chunk) {
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      if (end === 0) return void begun.push(chunk);
      const whole = chunk.subarray(0, end);
      write((begun.length === 0 ? whole : Buffer.concat([...begun, whole])).toString());
      begun = end === chunk.length ? [] : [chunk.subarray(end)];
    },
  };
}
