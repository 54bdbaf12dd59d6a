import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import { printValidation } from "../../../../src/cli/commands/bench/validation.ts";
import { type ValidationReport, validationRow } from "../../../../src/lab/report/validation.ts";
import { createFakeContext } from "../../../helpers/context.ts";

const good = validationRow({
  what: "M/M/1: mean response",
  source: "Kleinrock 1975",
  unit: "ms",
  relation: "equals",
  theory: 20,
  simulated: 20.034,
  tolerance: 0.01,
  standardError: 0.002,
});
const bad = validationRow({ ...good, what: "a longer thing: mean response", relation: "at most", simulated: 30 });

function print(rows: ValidationReport["rows"], columns: number, color = false): string {
  const fake = createFakeContext({ columns, color });
  const ok = rows.every((row) => row.ok);
  printValidation({ schemaVersion: 1, mode: "validate", seed: 1, ok, rows }, fake.ctx.stdout);
  return fake.stdout();
}

describe("the table of theory beside simulation", () => {
  it("has one line for each row where there is room", () => {
    expect(print([good], 100)).toMatchInlineSnapshot(`
      "what                  theory  simulated  difference   allowed  
      M/M/1: mean response  20.000     20.034     +0.17 %  ± 1.00 %  ok

      Response times in ms, service takes 10 ms on average, seed 1. ≥ and ≤: theory gives a bound.
      Sources: Kleinrock 1975.

      All 1 agree with theory.
      "
    `);
  });

  it("says which rows do not agree, and breaks long names on narrow screens", () => {
    const text = print([good, bad], 72);
    expect(text).toContain("1 of 2 do not agree with theory.");
    expect(text).toMatch(/a longer thing: mean response\n +≤ 20\.000 +30\.000 +\+50\.00 % +1\.00 % {2}FAILED/);
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(72);
  });

  it("colours nothing but words", () => {
    expect(stripVTControlCharacters(print([good, bad], 90, true))).toBe(print([good, bad], 90));
  });
});
