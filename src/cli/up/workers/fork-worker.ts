import cluster, { type Worker } from "node:cluster";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { Link } from "../../../gateway/instances/link.ts";

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

/** Starts the process of a worker. `onStray` gets what it writes beside its log: there should be nothing. */
export type ForkWorker = (onStray: (text: string) => void) => WorkerProcess;

/** A worker's first message: it listens from now on. */
export const AWAKE = "awake";

/** Of what a process wrote to stderr, what is told when it ends. */
const LONGEST_REASON = 400;

/**
 * Starts workers with `node:cluster`, so that they share the ports of their listeners.
 *
 * They accept for themselves (SCHED_NONE): the kernel gives a connection to one of the processes that wait for one.
 * With SCHED_RR, the default, this process would accept every connection and pass it on. Measured on two cores with two
 * workers and nginx behind (CPU time per request, all processes): a connection per request costs 110 µs against 240 to
 * 270 µs, of which 60 µs are this process's, which so becomes the narrow place; a single process without workers takes
 * 110. On kept connections both cost 24 µs, and so does a single process. The price is that shares are not exactly
 * even: of 64 connections that come at once, one worker took from 30 to 49; with a connection for each request they
 * stay within 10 %, as a worker that is busy does not accept. And a worker that dies takes only connections with it
 * that it had accepted: what still waits in the queue is the others'.
 */
export function createForkWorker(env: Readonly<Record<string, string | undefined>>): ForkWorker {
  cluster.schedulingPolicy = cluster.SCHED_NONE;
  cluster.setupPrimary({
    exec: fileURLToPath(new URL(`./worker-process${extname(import.meta.url)}`, import.meta.url)),
    args: [],
    // Config and figures hold what JSON does not: sets, maps, infinity, typed arrays.
    serialization: "advanced",
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  return (onStray) => {
    const worker = cluster.fork(env);
    const child = worker.process;
    let errors = "";
    child.stdout?.on("data", (chunk: Buffer) => onStray(chunk.toString()));
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
          const tell = (): void => resolve(exitText(code, signal, errors));
          if (child.stderr === null || child.stderr.closed) tell();
          else child.stderr.once("close", tell);
        });
      }),
      disconnect: () => {
        if (child.connected) child.disconnect();
      },
      kill: () => void child.kill("SIGKILL"),
    };
  };
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
