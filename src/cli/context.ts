import type { Clock } from "../shared/clock.ts";

/** Where text goes. */
export interface TextSink {
  write(text: string): void;
  /** Resolves once what was written has left this process: who writes without end waits for it. */
  flushed?(): Promise<void>;
  readonly isTTY: boolean;
  /** Width in columns; 80 when it is not a terminal. */
  readonly columns: number;
  /** May ANSI colours be written? False without a terminal and under NO_COLOR; FORCE_COLOR says yes. */
  readonly color: boolean;
}

/** All that a command may touch of the world around it, so that a test can run it in process. */
export interface CommandContext {
  /** Data. */
  readonly stdout: TextSink;
  /** Prose: progress, hints, diagnostics. Silent under --quiet, but for errors. */
  readonly stderr: TextSink;
  readonly stdin: { readonly isTTY: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly quiet: boolean;
  /**
   * Calls `handler` for each Ctrl-C or SIGTERM, with how many there have been; returns what takes the handler off.
   * While no handler is on, the first one ends the process.
   */
  onInterrupt(handler: (count: number) => void): () => void;
}
