import { Writable } from "node:stream";
import type { TextSink } from "../context.ts";

export interface Spinner {
  /** Another text, while it turns. */
  say(text: string): void;
  /** Ends it and leaves nothing behind. */
  stop(): void;
}

/** A turning mark with a text while something takes time. Without a terminal nothing is written. */
export async function startSpinner(sink: TextSink, text: string): Promise<Spinner> {
  if (!sink.isTTY) return { say: () => {}, stop: () => {} };
  const { default: ora } = await import("ora");
  // Input stays as it is: a Ctrl-C must reach the command. Whether it turns is the sink's word, not the environment's.
  const spinner = ora({ text, stream: terminalOf(sink), discardStdin: false, isEnabled: true, color: "cyan" }).start();
  return {
    say: (next) => {
      spinner.text = next;
    },
    stop: () => {
      spinner.stop();
    },
  };
}

/** The sink as the terminal stream that ora wants, with the three movements it makes (ECMA-48 CHA, EL, CUU/CUD). */
function terminalOf(sink: TextSink): NodeJS.WriteStream {
  const stream = new Writable({
    write: (chunk: Buffer | string, _encoding, done) => {
      sink.write(chunk.toString());
      done();
    },
  });
  const move = (count: number, forward: string, back: string): void => {
    if (count !== 0) sink.write(`\u001b[${Math.abs(count)}${count > 0 ? forward : back}`);
  };
  const terminal = Object.assign(stream, {
    isTTY: true,
    columns: sink.columns,
    rows: 24,
    cursorTo: (column: number) => sink.write(`\u001b[${column + 1}G`),
    clearLine: () => sink.write("\u001b[2K"),
    moveCursor: (dx: number, dy: number) => {
      move(dx, "C", "D");
      move(dy, "B", "A");
    },
  });
  return terminal as unknown as NodeJS.WriteStream;
}
