import type { CommandContext, TextSink } from "../../src/cli/context.ts";
import { main } from "../../src/cli/main.ts";
import type { Clock } from "../../src/shared/clock.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { tempDir, writeFiles } from "./temp-dir.ts";

export interface FakeOptions {
  /** Written into the working directory: path → text. */
  readonly files?: Readonly<Record<string, string>>;
  /** An existing folder instead of a new one. */
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Are stdin, stdout and stderr terminals? They are not, by default. */
  readonly tty?: boolean;
  readonly color?: boolean;
  readonly columns?: number;
  readonly quiet?: boolean;
  readonly clock?: Clock;
}

/** A command's surroundings, held in memory, but for a working directory that is real. */
export interface FakeContext {
  readonly ctx: CommandContext;
  readonly cwd: string;
  /** What has been written so far. */
  stdout(): string;
  stderr(): string;
  /** As Ctrl-C does: calls the handlers that are on, and says how many there were. */
  interrupt(): number;
  /** Resolves as soon as stdout or stderr holds `text`; rejects with both after `withinMs` (5 s). */
  waitFor(text: string, withinMs?: number): Promise<void>;
}

/** Call it inside a test: its temporary folder is removed when that test ends. */
export function createFakeContext(options: FakeOptions = {}): FakeContext {
  const { tty = false, color = false, columns = 80 } = options;
  const written = { stdout: "", stderr: "" };
  const watchers = new Set<() => void>();
  const sink = (name: keyof typeof written): TextSink => ({
    write: (text) => {
      written[name] += text;
      for (const watcher of watchers) watcher();
    },
    isTTY: tty,
    columns,
    color,
  });
  const cwd = options.cwd ?? tempDir();
  writeFiles(cwd, options.files ?? {});
  const handlers = new Set<(count: number) => void>();
  let interrupts = 0;
  const ctx: CommandContext = {
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    stdin: { isTTY: tty },
    env: options.env ?? {},
    cwd,
    clock: options.clock ?? systemClock,
    quiet: options.quiet ?? false,
    onInterrupt: (handler) => {
      handlers.add(handler);
      return () => handlers.delete(handler);
    },
  };
  return {
    ctx,
    cwd,
    stdout: () => written.stdout,
    stderr: () => written.stderr,
    interrupt: () => {
      interrupts++;
      const called = [...handlers];
      for (const handler of called) handler(interrupts);
      return called.length;
    },
    waitFor: (text, withinMs = 10_000) => {
      const there = (): boolean => written.stdout.includes(text) || written.stderr.includes(text);
      if (there()) return Promise.resolve();
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => {
          watchers.delete(watcher);
          reject(new Error(`"${text}" was not written.\nstdout:\n${written.stdout}\nstderr:\n${written.stderr}`));
        }, withinMs);
        const watcher = (): void => {
          if (!there()) return;
          watchers.delete(watcher);
          clearTimeout(timer);
          resolve();
        };
        watchers.add(watcher);
      });
    },
  };
}

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The working directory it ran in. */
  readonly cwd: string;
}

/** Runs a whole command line in this process, as `gatewayctl ARGV...` would. */
export async function runCli(argv: readonly string[], options: FakeOptions = {}): Promise<CliResult> {
  const fake = createFakeContext(options);
  const exitCode = await main(argv, fake.ctx);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr(), cwd: fake.cwd };
}
