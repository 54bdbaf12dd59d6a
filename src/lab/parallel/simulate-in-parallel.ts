import { availableParallelism } from "node:os";
import type { BenchReport } from "../report/model.ts";
import type { Contest } from "../report/verdict.ts";
import { createProgress, planSimulation, reportOf, simulate, type SimulateOptions } from "../simulate/simulate.ts";
import { startThread, type Thread } from "./threads.ts";

/** Fewer requests in all than this are simulated before a thread has begun to work. */
const WORTH_THREADS = 400_000;

/** How threads are started, and how many at most. */
export interface Threads {
  readonly start: () => Thread | undefined;
  readonly most: number;
}

/**
 * `simulate`, with one algorithm in each of several threads: the same report, byte for byte, sooner.
 * @throws GatewayError GW0002 as `simulate` does
 */
export async function simulateInParallel(
  options: SimulateOptions,
  { start, most }: Threads = { start: startThread, most: availableParallelism() },
): Promise<BenchReport> {
  const plan = planSimulation(options);
  const { contenders, model } = plan;
  const total = model.requests * contenders.length;
  const count = total < WORTH_THREADS ? 0 : Math.min(most, contenders.length);
  const threads = count < 2 ? [] : startAll(start, count);
  if (threads.length === 0) return simulate(options);
  const { onProgress, ...rest } = options;
  const progress = createProgress(onProgress, total);
  const contests: Contest[] = [];
  const waiting = contenders.keys();
  try {
    await Promise.all(
      threads.map(async (thread) => {
        // One iterator for all threads: whoever is free takes the next.
        for (const contender of waiting) {
          const { name } = contenders[contender]!.algorithm;
          const job = { options: rest, contender };
          contests[contender] = await thread.run(job, (requests) => progress(name, requests));
        }
      }),
    );
  } finally {
    for (const thread of threads) thread.close();
  }
  return reportOf(plan, contests);
}

function startAll(start: Threads["start"], count: number): Thread[] {
  const threads: Thread[] = [];
  for (let i = 0; i < count; i++) {
    const thread = start();
    if (thread === undefined) return threads;
    threads.push(thread);
  }
  return threads;
}
