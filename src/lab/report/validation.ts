/** What `bench --validate --json` prints: closed forms of the literature beside what the simulator measures. */
export interface ValidationReport {
  readonly schemaVersion: 1;
  readonly mode: "validate";
  readonly seed: number;
  /** Whether every row is. */
  readonly ok: boolean;
  readonly rows: readonly ValidationRow[];
}

/** How the simulated figure must lie to that of theory. */
export type Relation = "equals" | "at least" | "at most";

/** One thing that theory knows. */
export interface ValidationRow {
  readonly what: string;
  /** Whose theory it is. */
  readonly source: string;
  readonly unit: "ms" | "share" | "keys" | "ratio";
  readonly relation: Relation;
  readonly theory: number;
  readonly simulated: number;
  /** (simulated − theory) ÷ theory. */
  readonly difference: number;
  /** How far it may be on the wrong side, as a fraction of theory's figure. */
  readonly tolerance: number;
  /** Of the simulated figure, as a fraction of theory's: what chance does to it. 0 where nothing is left to chance. */
  readonly standardError: number;
  readonly ok: boolean;
}

/** What a row is made from. */
export type RowParts = Omit<ValidationRow, "difference" | "ok">;

/** The row with its judgement. */
export function validationRow(parts: RowParts): ValidationRow {
  const { theory, simulated, relation, tolerance } = parts;
  const difference = (simulated - theory) / theory;
  const wrong = relation === "at least" ? -difference : relation === "at most" ? difference : Math.abs(difference);
  return { ...parts, difference, ok: wrong <= tolerance };
}

/** A mean of independent replications. */
export interface Estimate {
  readonly value: number;
  /** In the unit of the value. */
  readonly standardError: number;
}

/** The mean, and its standard error from how the replications scatter. */
export function estimate(values: readonly number[]): Estimate {
  const count = values.length;
  const value = values.reduce((sum, each) => sum + each, 0) / count;
  const squares = values.reduce((sum, each) => sum + (each - value) ** 2, 0);
  return { value, standardError: count < 2 ? 0 : Math.sqrt(squares / (count - 1) / count) };
}
