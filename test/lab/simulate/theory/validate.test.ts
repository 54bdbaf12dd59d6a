import { describe, expect, it } from "vitest";
import { validationRow } from "../../../../src/lab/report/validation.ts";

describe("a row of bench --validate", () => {
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
