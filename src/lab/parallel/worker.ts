// A thread of simulateInParallel: runs the jobs that it is sent, one after another.
import { parentPort } from "node:worker_threads";
import { planSimulation, runContest } from "../simulate/simulate.ts";
import type { Job, Told } from "./threads.ts";

// oxlint-disable-next-line require-post-message-target-origin -- a thread has no origin; that is for windows
const tell = (told: Told): void => parentPort?.postMessage(told);

parentPort?.on("message", (job: Job) => {
  const plan = planSimulation(job.options);
  const contender = plan.contenders[job.contender];
  if (contender === undefined) return tell({ failed: `There is no contender ${job.contender}` });
  runContest(plan, contender, (_, requests) => tell({ requests })).then(
    (contest) => tell({ contest }),
    (error: unknown) => tell({ failed: error instanceof Error ? error.message : String(error) }),
  );
});
