import { openSync } from "node:fs";
import { destination } from "pino";
import { GatewayError } from "../shared/errors/gateway-error.ts";

/** Where finished text goes. */
export interface Output {
  write(text: string): void;
  /** Returns when everything written so far has been handed to the system. */
  flushSync(): void;
  close(): void;
}

/** Opens `path` to append to. `onProblem` is told when text could not be written later on, as on a full disk. */
export type OpenOutput = (path: string, onProblem: (reason: string) => void) => Output;

/** What a disk that does not keep up may leave in memory, in bytes; beyond it lines are dropped. */
const MOST_UNWRITTEN = 16 * 1024 * 1024;

/**
 * In bytes, just under what one write takes: less waits for the end of the turn. A write that has begun is with the
 * system, where `flushSync` cannot wait for it: text that is flushed in the turn that brought it must not be there.
 */
const BEGIN_AT = 16 * 1024 - 1;

/**
 * A file that is appended to without ever blocking the gateway.
 *
 * @throws GatewayError GW0017 if it cannot be opened
 */
export const openFile: OpenOutput = (path, onProblem) => {
  const file = destination({ dest: open(path), sync: false, minLength: BEGIN_AT, maxLength: MOST_UNWRITTEN });
  let failing = false;
  let closed = false;
  const problem = (reason: string): void => {
    // Once for each time it begins: a full disk must not fill the terminal.
    if (!failing) onProblem(`${path}: ${reason}`);
    failing = true;
  };
  file.on("error", (error: Error) => problem(error.message));
  file.on("drop", () => problem("lines are dropped, as the disk does not keep up"));
  file.on("drain", () => {
    failing = false;
  });
  return {
    write: (text) => {
      if (closed) return;
      file.write(text);
      setImmediate(() => {
        if (!closed) file.flush();
      });
    },
    flushSync: () => {
      try {
        file.flushSync();
      } catch (error) {
        problem((error as Error).message);
      }
    },
    close: () => {
      closed = true;
      file.destroy();
    },
  };
};

function open(path: string): number {
  try {
    return openSync(path, "a");
  } catch (error) {
    throw new GatewayError("GW0017", `${path}: ${(error as Error).message}`, { cause: error });
  }
}
