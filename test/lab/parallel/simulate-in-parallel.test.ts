import { describe, expect, it } from "vitest";
import { simulateInParallel } from "../../../src/lab/parallel/simulate-in-parallel.ts";
import { type Job, startThread, type Thread } from "../../../src/lab/parallel/threads.ts";
import { planSimulation, runContest, simulate, type SimulateProgress } from "../../../src/lab/simulate/simulate.ts";

const OPTIONS = { requests: 140_000, algorithms: ["round-robin", "p2c", "random"], scenario: "uniform" } as const;

/** Works as a thread does, but in this one; what it is sent is cloned on the way, as there. */
function fakeThread(jobs: Job[], closed: string[], delays: number[]): Thread {
  return {
    async run(job, onRequests) {
      jobs.push(job);
      const plan = planSimulation(structuredClone(job.options));
      const contest = await runContest(plan, plan.contenders[job.contender]!, (_, requests) => onRequests(requests));
      for (let i = delays.shift() ?? 0; i > 0; i--) await new Promise(setImmediate);
      return structuredClone(contest);
    },
    close: () => void closed.push("closed"),
  };
}

describe("a simulation in several threads", () => {
  it("gives the report of one thread, byte for byte, whoever is done first", async () => {
    const jobs: Job[] = [];
    const closed: string[] = [];
    const progress: SimulateProgress[] = [];
    const report = await simulateInParallel(
      { ...OPTIONS, onProgress: (each) => progress.push(each) },
      { start: () => fakeThread(jobs, closed, [50, 0]), most: 2 },
    );
    expect(JSON.stringify(report)).toBe(JSON.stringify(await simulate(OPTIONS)));
    expect(new Set(jobs.map(({ contender }) => contender))).toEqual(new Set([0, 1, 2]));
    expect(closed).toEqual(["closed", "closed"]);
    expect(progress.at(-1)).toMatchObject({ done: 420_000, total: 420_000 });
  });

  it("starts none for little work, for one algorithm, on one core, or where there are none", async () => {
    const start = () => {
      throw new Error("started");
    };
    const one = { ...OPTIONS, algorithms: ["p2c"], requests: 500_000 };
    expect((await simulateInParallel(one, { start, most: 8 })).results).toHaveLength(1);
    expect((await simulateInParallel({ ...OPTIONS, requests: 2000 }, { start, most: 8 })).results).toHaveLength(3);
    expect((await simulateInParallel(OPTIONS, { start, most: 1 })).results).toHaveLength(3);
    // Tests run from source, which a thread could not load.
    expect(startThread()).toBeUndefined();
    expect((await simulateInParallel(OPTIONS)).results).toHaveLength(3);
  });

  it("ends its threads when one fails", async () => {
    const closed: string[] = [];
    const start = (): Thread => ({
      run: () => Promise.reject(new Error("no memory")),
      close: () => void closed.push("closed"),
    });
    await expect(simulateInParallel(OPTIONS, { start, most: 2 })).rejects.toThrow("no memory");
    expect(closed).toEqual(["closed", "closed"]);
  });

  it("refuses what cannot be simulated before it starts anything", async () => {
    const start = () => {
      throw new Error("started");
    };
    await expect(simulateInParallel({ ...OPTIONS, load: 2 }, { start, most: 2 })).rejects.toThrow("load");
  });
});
