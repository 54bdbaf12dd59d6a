import { describe, expect, it, vi } from "vitest";
import { validationRow } from "../../../../src/lab/report/validation.ts";
import { validate, VALIDATIONS } from "../../../../src/lab/simulate/theory/validate.ts";

vi.setConfig({ testTimeout: 300_000 }); // Some twenty seconds of work, but more when other tests share the cores.

describe("bench --validate", () => {
  it("agrees with theory in every row, and could not do so by chance", async () => {
    const titles: string[] = [];
    const report = await validate({ seed: 1, onProgress: ({ title }) => titles.push(title) });
    expect(report.rows.filter((row) => !row.ok)).toEqual([]);
    expect(report.ok).toBe(true);
    expect(titles).toEqual(VALIDATIONS.map(({ title }) => title));
    for (const { what, relation, tolerance, standardError } of report.rows) {
      // A tolerance of 1 to 2 %, and chance well inside it.
      expect(tolerance, what).toBeLessThanOrEqual(0.02);
      expect(3 * standardError, what).toBeLessThanOrEqual(0.02);
      if (relation === "equals") expect(standardError, what).toBeGreaterThan(0);
    }
  });

  it("finds a formula wrong that is 3 % off", () => {
    const parts = { what: "", source: "", unit: "ms", tolerance: 0.02, standardError: 0.005 } as const;
    expect(validationRow({ ...parts, relation: "equals", theory: 100, simulated: 103 }).ok).toBe(false);
    expect(validationRow({ ...parts, relation: "equals", theory: 100, simulated: 97 }).ok).toBe(false);
    expect(validationRow({ ...parts, relation: "equals", theory: 100, simulated: 101.9 }).ok).toBe(true);
    expect(validationRow({ ...parts, relation: "at least", theory: 100, simulated: 200 }).ok).toBe(true);
    expect(validationRow({ ...parts, relation: "at least", theory: 100, simulated: 97 }).ok).toBe(false);
    expect(validationRow({ ...parts, relation: "at most", theory: 100, simulated: 1 }).ok).toBe(true);
    expect(validationRow({ ...parts, relation: "at most", theory: 100, simulated: 103 }).ok).toBe(false);
  });
});
