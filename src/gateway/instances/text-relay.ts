/** Takes text to another process, and bounds what waits for it. */
export interface TextRelay {
  write(text: string): void;
}

/** What a front that does not keep up may leave in memory, in characters; beyond it text is dropped. */
const MOST_UNSENT = 16 * 1024 * 1024;

/**
 * @param send calls back when the text has left the process
 * @param onDropped told when there is room again after something had to be dropped
 */
export function createTextRelay(
  send: (text: string, sent: () => void) => void,
  onDropped: (lines: number) => void,
  most = MOST_UNSENT,
): TextRelay {
  let unsent = 0;
  let dropped = 0;
  return {
    write(text) {
      if (unsent > 0 && unsent + text.length > most) {
        dropped += text.split("\n").length - 1;
        return;
      }
      unsent += text.length;
      send(text, () => {
        unsent -= text.length;
        if (dropped === 0) return;
        onDropped(dropped);
        dropped = 0;
      });
    },
  };
}
