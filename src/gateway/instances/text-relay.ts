/** Takes text to another process, and bounds what waits for it. */
export interface TextRelay {
  write(text: string): void;
}

/** Sends text to another process; `sent` is called when it has left this one, or never can. */
export type SendText = (text: string, sent: () => void) => void;

/** What a front that does not keep up may leave in memory, in characters; beyond it text is dropped. */
const MOST_UNSENT = 16 * 1024 * 1024;

/** @param onDropped told when there is room again after something had to be dropped */
export function createTextRelay(send: SendText, onDropped: (lines: number) => void, most = MOST_UNSENT): TextRelay {
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
