import { constants } from "node:os";
import { systemClock } from "../shared/clock.ts";
import type { CommandContext, TextSink } from "./context.ts";

/** The exit code of a process that a signal ended, as shells count: 128 and the signal's number. */
const INTERRUPTED = 128 + constants.signals.SIGINT;

type InterruptHandler = (count: number) => void;

/** The context of a real process: its streams, environment, working directory and signals. */
export function createProcessContext(): CommandContext {
  const handlers = new Set<InterruptHandler>();
  let count = 0;
  const interrupt = (): void => {
    count++;
    for (const handler of handlers) handler(count);
  };
  const onInterrupt = (handler: InterruptHandler): (() => void) => {
    if (handlers.size === 0) process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
    handlers.add(handler);
    return () => {
      handlers.delete(handler);
      if (handlers.size === 0) process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    };
  };
  // Whoever read the output has gone (`gatewayctl routes | head -1`). A command at work is asked to end as by
  // Ctrl-C, once, so that what it started is stopped; any other has nothing left to do.
  let readerGone = false;
  const onReaderGone = (): void => {
    if (readerGone) return;
    readerGone = true;
    if (handlers.size === 0) process.exit(0);
    interrupt();
  };
  return {
    stdout: sinkOf(process.stdout, process.env, onReaderGone),
    stderr: sinkOf(process.stderr, process.env, onReaderGone),
    stdin: { isTTY: process.stdin.isTTY ?? false },
    env: process.env,
    cwd: process.cwd(),
    clock: systemClock,
    quiet: false,
    onInterrupt,
  };
}

/** Ends the process with `code` once what was written has left it; pipes are written asynchronously. */
export async function exitProcess(code: number): Promise<never> {
  await Promise.all([drained(process.stdout), drained(process.stderr)]);
  process.exit(code);
}

function drained(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableLength === 0) return Promise.resolve();
  return new Promise((resolve) => {
    stream.write("", () => resolve());
  });
}

function sinkOf(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv, onReaderGone: () => void): TextSink {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") onReaderGone();
    else process.exit(INTERRUPTED);
  });
  return {
    write: (text) => {
      if (!stream.destroyed) stream.write(text);
    },
    flushed: () => drained(stream),
    isTTY: stream.isTTY ?? false,
    get columns() {
      return stream.columns || 80;
    },
    color: wantsColor(stream.isTTY ?? false, env),
  };
}

/**
 * Whether to write colours: FORCE_COLOR decides first (`0` and `false` say no), then NO_COLOR (https://no-color.org:
 * set and not empty), then whether it is a terminal that can.
 */
export function wantsColor(isTTY: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const force = env["FORCE_COLOR"];
  if (force !== undefined) return force !== "0" && force !== "false";
  if (env["NO_COLOR"]) return false;
  return isTTY && env["TERM"] !== "dumb";
}
