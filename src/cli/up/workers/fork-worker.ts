import cluster, { type Worker } from "node:cluster";
import { fstatSync } from "node:fs";
import { extname } from "node:path";
import type { Readable } from "node:stream";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import type { Link } from "../../../gateway/instances/link.ts";
import { createWholeLines } from "./whole-lines.ts";

/** A process that can be told to serve. */
export interface WorkerProcess {
  /** 0 if it could not even be started. */
  readonly pid: number;
  readonly link: Link;
  /** Resolves with how it ended, in words: "signal SIGKILL", "exit code 1: what it last wrote to stderr". */
  readonly exited: Promise<string>;
  /** Ends it in good order, once it has been stopped: a worker ends when its line to this process does. */
  disconnect(): void;
  kill(): void;
}

/** Where the output of a worker goes. */
export interface WorkerOutput {
  /** Whole lines of its access log and event log. */
  onLines(text: string): void;
  /** What it writes to stderr: there should be nothing. */
  onStray(text: string): void;
}

/** Starts the process of a worker. */
export type ForkWorker = (output: WorkerOutput) => WorkerProcess;

const STDOUT = 1;

/** A worker's first message: it listens from now on. */
export const AWAKE = "awake";

/** Of what a process wrote to stderr, what is told when it ends. */
const LONGEST_REASON = 400;

/**
 * Starts workers with `node:cluster`, so that they share the ports of their listeners.
 *
 * They accept for themselves (SCHED_NONE): the kernel gives a connection to one of the processes that wait for one.
 * With SCHED_RR, the default, this process would accept every connection and pass it on. Measured on two cores with two
 * workers and nginx behind (CPU time per request, all processes): with a connection per request 100 µs against 240 to
 * 300 µs, of which 60 to 70 µs are this process's, which so becomes the narrow place; a single process takes 95 to 103.
 * On kept connections both cost the 24 to 27 µs of a single process. And a worker that dies takes only those connections
 * with it that it had accepted: what still waits is the others'.
 *
 * The price is that who is awake first takes most of what comes at once. Where each request has a connection, that evens
 * out, as a worker that is busy accepts nobody: shares stayed within 10 % of each other. Kept connections would stay as
 * they fell: of 64 that came at once, one worker had 30 to 49, and once, on a busy machine, all. So workers that have too
 * many of them have some come again (`InstanceGroup.spreadConnections`): after a second or two each has 32.
 */
export function createForkWorker(env: Readonly<Record<string, string | undefined>>): ForkWorker {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(`./worker-process${extname(import.meta.url)}`, import.meta.url)),
    args: [],
    // Config and figures hold what JSON does not: sets, maps, infinity, typed arrays.
    serialization: "advanced",
    stdio: ["ignore", writesWhole(STDOUT) ? "inherit" : "pipe", "pipe", "ipc"],
  });
  return ({ onLines, onStray }) => {
    const worker = cluster.fork(env);
    const child = worker.process;
    let errors = "";
    const lines = createWholeLines(onLines);
    child.stdout?.on("data", (chunk: Buffer) => lines.push(chunk));
    child.stderr?.on("data", (chunk: Buffer) => {
      errors = `${errors}${chunk.toString()}`.slice(-LONGEST_REASON);
      onStray(chunk.toString());
    });
    return {
      pid: child.pid ?? 0,
      link: linkTo(worker),
      exited: new Promise((resolve) => {
        child.once("error", (error) => resolve(error.message));
        // Not `close`: Node never says it of a child that it was this end that closed the line to.
        child.once("exit", (code, signal) => {
          void Promise.all([read(child.stdout), read(child.stderr), heard(child)]).then(() =>
            resolve(exitText(code, signal, errors)),
          );
        });
      }),
      disconnect: () => {
        if (child.connected) child.disconnect();
      },
      kill: () => void child.kill("SIGKILL"),
    };
  };
}

/**
 * May several processes write here, and each piece stays whole? A regular file on Linux: the processes share its
 * offset, and a write holds it until it is done. So is a device that is no terminal (/dev/null). In a pipe pieces of more
 * than 4096 bytes mix: there this process passes the lines on, at 2 to 3 µs for each instead of nothing.
 */
function writesWhole(fd: number): boolean {
  if (process.platform !== "linux" || isatty(fd)) return false;
  try {
    const stat = fstatSync(fd);
    return stat.isFile() || stat.isCharacterDevice();
  } catch {
    return false;
  }
}

/** Resolves when all that a process wrote has been read. */
function read(stream: Readable | null): Promise<void> {
  if (stream === null || stream.closed) return Promise.resolve();
  return new Promise((resolve) => stream.once("close", resolve));
}

/** Resolves when all that it said over the line has been taken. */
function heard(child: Worker["process"]): Promise<void> {
  if (!child.connected) return Promise.resolve();
  return new Promise((resolve) => child.once("disconnect", resolve));
}

/** What is said before a worker has said that it listens would be lost: it waits here. */
function linkTo(worker: Worker): Link {
  // A worker that dies while it is told something: `disconnect` says all there is to say.
  worker.on("error", () => {});
  const send: Link["send"] = (message, sent) => {
    if (!worker.isConnected()) return sent?.();
    worker.send(message as object, () => sent?.());
  };
  let early: Parameters<Link["send"]>[] | undefined = [];
  worker.once("message", () => {
    for (const message of early ?? []) send(...message);
    early = undefined;
  });
  return {
    send: (...message) => (early === undefined ? send(...message) : void early.push(message)),
    onMessage: (listener) => void worker.on("message", (message) => message !== AWAKE && listener(message)),
    // Not `exit`: there may still be messages to read then.
    onClose: (listener) => void worker.once("disconnect", listener),
  };
}

function exitText(code: number | null, signal: NodeJS.Signals | null, errors: string): string {
  const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
  const lastLine = errors.trimEnd().split("\n").at(-1) ?? "";
  return lastLine === "" ? how : `${how}: ${lastLine}`;
}
