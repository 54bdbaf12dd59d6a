import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ALGORITHM_NAMES } from "../../../../src/balancing/index.ts";
import { summarize } from "../../../../src/lab/simulate/result.ts";
import type { Scenario } from "../../../../src/lab/simulate/scenario.ts";
import { planSimulation } from "../../../../src/lab/simulate/simulate.ts";
import { createSimulation } from "../../../../src/lab/simulate/simulation.ts";
import { openTape, type OpenTape } from "../../../../src/lab/simulate/tape/open-tape.ts";
import { Tape } from "../../../../src/lab/simulate/tape/tape.ts";
import type { TapedPick } from "../../../../src/lab/simulate/tape/taped-pick.ts";
import { Watch } from "../../../../src/lab/simulate/watch.ts";
import { golden } from "./golden.ts";
import { replay } from "./replay.ts";
import { SMALL, TROUBLED } from "./situations.ts";

const GOLDEN = new URL("golden/", import.meta.url);
const SITUATIONS = [SMALL, TROUBLED];

function planOf(name: string, scenario: Scenario) {
  const plan = planSimulation({ scenario, algorithms: [name], seed: 7 });
  return { plan, contender: plan.contenders[0]! };
}

function tapeOf(name: string, scenario: Scenario, requests: number): OpenTape {
  const { plan, contender } = planOf(name, scenario);
  return openTape(plan, contender, requests);
}

const line = (value: object): string => `${JSON.stringify(value)}\n`;

function hashOf(picks: Iterable<TapedPick>): { hash: string; count: number } {
  const hash = createHash("sha256");
  let count = 0;
  for (const pick of picks) {
    hash.update(line(pick));
    count++;
  }
  return { hash: hash.digest("hex"), count };
}

/** Without what is said of health beside the algorithm's own words: that is not on a tape by itself. */
function decided({ picked, reason, candidates }: TapedPick) {
  return { picked, reason, scores: candidates.map(({ score }) => score) };
}

/**
 * The tapes in golden/ are of 16 requests. Where picks are meant to change, write them anew and read
 * the diff: TAPES=write npx vitest run --config test/vitest.config.ts test/lab/simulate/tape
 */
describe("the golden tapes", () => {
  it.each(ALGORITHM_NAMES)("hold what %s picks, and why", (name) => {
    const { header, picks } = tapeOf(name, SMALL, 16);
    const text = [header, ...picks].map(line).join("");
    expect(text).toBe(golden(GOLDEN, `${name}.ndjson`, text));
  });

  it("are of every algorithm, and of no other", () => {
    expect(readdirSync(GOLDEN).toSorted()).toEqual(ALGORITHM_NAMES.map((name) => `${name}.ndjson`).toSorted());
  });
});

describe("a tape", () => {
  // 8,000 requests for each of 14 algorithms are over 100,000 picks.
  it.each(ALGORITHM_NAMES)("can be replayed byte for byte with a fresh %s", (name) => {
    const wanted = hashOf(tapeOf(name, SMALL, 8_000).picks);
    expect(wanted.count).toBe(8_000);
    expect(hashOf(replay(tapeOf(name, SMALL, 8_000)))).toEqual(wanted);
  });

  it.each(ALGORITHM_NAMES)("can be replayed with a fresh %s where endpoints come and go", (name) => {
    const picks = [...tapeOf(name, TROUBLED, 1_000).picks];
    const { header } = tapeOf(name, TROUBLED, 1);
    expect(picks.some(({ attempt }) => attempt > 1)).toBe(true);
    expect(picks.some(({ leftOut }) => leftOut.some(({ reason }) => reason.includes("ejected")))).toBe(true);
    expect([...replay({ header, picks })].map(decided)).toEqual(picks.map(decided));
  });

  it.each(ALGORITHM_NAMES)("does not disturb a run of %s", (name) => {
    for (const scenario of SITUATIONS) {
      const { plan, contender } = planOf(name, scenario);
      const results = [undefined, new Tape()].map((tape) => {
        const run = createSimulation(plan.model, contender, 1_000, "seed", tape);
        while (!run.advance(100)) tape?.take();
        return summarize(plan.model, [run], new Watch(run, 1_000));
      });
      expect(results[1]).toEqual(results[0]);
    }
  });

  it("is a beginning of every longer one, and another one with another seed", () => {
    const long = [...tapeOf("p2c", TROUBLED, 200).picks];
    const short = [...tapeOf("p2c", TROUBLED, 50).picks];
    expect(short.at(-1)?.request).toBe(50);
    expect(long.slice(0, short.length)).toEqual(short);
    const plan = planSimulation({ scenario: TROUBLED, algorithms: ["p2c"], seed: 8 });
    expect([...openTape(plan, plan.contenders[0]!, 50).picks]).not.toEqual(short);
  });

  it("keeps nothing that was taken", () => {
    const { plan, contender } = planOf("round-robin", SMALL);
    const tape = new Tape();
    const run = createSimulation(plan.model, contender, 100, "seed", tape);
    run.advance(3);
    expect(tape.take()).toHaveLength(3);
    expect(tape.take()).toHaveLength(0);
  });
});
