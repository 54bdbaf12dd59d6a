import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import type { ValidationReport } from "../../src/lab/report/validation.ts";
import { VALIDATIONS } from "../../src/lab/simulate/theory/validate.ts";
import { ROOT } from "../helpers/imports.ts";

/** As it was built: some twenty seconds of work, and twice as many where every module is watched by the test runner. */
it("bench --validate agrees with theory in every row, and could not do so by chance", {
  timeout: 300_000,
}, async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [join(ROOT, "bin/gatewayctl.js"), "bench", "--validate", "--json"],
    { maxBuffer: 1e7 },
  );
  const report = JSON.parse(stdout) as ValidationReport;
  expect(report.rows.filter((row) => !row.ok)).toEqual([]);
  expect(report.ok).toBe(true);
  expect(report.rows.length).toBeGreaterThanOrEqual(VALIDATIONS.length);
  for (const { what, relation, tolerance, standardError } of report.rows) {
    // A tolerance of 1 to 2 %, and chance well inside it.
    expect(tolerance, what).toBeLessThanOrEqual(0.02);
    expect(3 * standardError, what).toBeLessThanOrEqual(0.02);
    if (relation === "equals") expect(standardError, what).toBeGreaterThan(0);
  }
});
