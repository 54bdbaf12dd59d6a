import { describe, expect, it } from "vitest";
import { compareRuns } from "../../../src/lab/report/compare.ts";
import { simulate } from "../../../src/lab/simulate/simulate.ts";

const QUICK = { requests: 20_000, algorithms: ["round-robin", "least-conn"] } as const;

describe("a run beside an earlier one", () => {
  it("is the same under the same seed, and no worse under another", async () => {
    const first = await simulate(QUICK);
    const again = compareRuns(first, await simulate(QUICK));
    expect(again.differences).toEqual([]);
    expect(again.algorithms.map(({ change, judgement }) => [change, judgement])).toEqual([
      [0, "same"],
      [0, "same"],
    ]);
    const other = compareRuns(first, await simulate({ ...QUICK, seed: 2 }));
    expect(other.algorithms.map(({ judgement }) => judgement)).toEqual(["same", "same"]);
  });

  it("is worse at a higher load, and says that the load is another", async () => {
    const calm = await simulate({ ...QUICK, load: 0.4 });
    const busy = await simulate({ ...QUICK, load: 0.7 });
    const { algorithms, differences } = compareRuns(calm, busy);
    expect(algorithms.map(({ judgement }) => judgement)).toEqual(["worse", "worse"]);
    // Round-robin waits far longer; least-conn has idle endpoints still.
    expect(algorithms[0]?.change).toBeGreaterThan(0.5);
    expect(algorithms[1]?.change).toBeGreaterThan(0.01);
    expect(differences).toEqual(["load 0.4, now 0.7"]);
    expect(compareRuns(busy, calm).algorithms.map(({ judgement }) => judgement)).toEqual(["better", "better"]);
  });

  it("leaves out what ran only once", async () => {
    const first = await simulate({ ...QUICK, algorithms: ["random"] });
    expect(compareRuns(first, await simulate(QUICK)).algorithms).toEqual([]);
  });
});
