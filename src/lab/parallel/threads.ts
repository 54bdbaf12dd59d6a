import { Worker } from "node:worker_threads";
import type { Contest } from "../report/verdict.ts";
import type { SimulateOptions } from "../simulate/simulate.ts";

/** One algorithm of a simulation: its place among those that the options name. Plain data. */
export interface Job {
  readonly options: Omit<SimulateOptions, "onProgress">;
  readonly contender: number;
}

/** What a thread says: how many requests it has simulated since it last did, or what came of the job. */
export type Told = { readonly requests: number } | { readonly contest: Contest } | { readonly failed: string };

/** Simulates one job after another, beside others of its kind. */
export interface Thread {
  run(job: Job, onRequests: (requests: number) => void): Promise<Contest>;
  close(): void;
}

/**
 * A thread of its own; `undefined` where this is not compiled code, which a thread could not load.
 */
export function startThread(): Thread | undefined {
  if (import.meta.url.endsWith(".ts")) return undefined;
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  return {
    run: (job, onRequests) =>
      new Promise<Contest>((resolve, reject) => {
        const onError = (error: Error): void => reject(error);
        const onMessage = (told: Told): void => {
          if ("requests" in told) return onRequests(told.requests);
          worker.off("message", onMessage).off("error", onError);
          if ("contest" in told) resolve(told.contest);
          else reject(new Error(told.failed));
        };
        worker.on("message", onMessage).on("error", onError);
        // oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin; that is for windows
        worker.postMessage(job);
      }),
    close: () => void worker.terminate(),
  };
}
