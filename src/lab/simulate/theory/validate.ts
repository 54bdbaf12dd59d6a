import type { ValidationReport, ValidationRow } from "../../report/validation.ts";
import { HASHING_VALIDATIONS } from "./hashing-rows.ts";
import { QUEUE_VALIDATIONS, type Validation } from "./queue-rows.ts";

/** Every experiment, in the order of the table. */
export const VALIDATIONS: readonly Validation[] = [...QUEUE_VALIDATIONS, ...HASHING_VALIDATIONS];

export interface ValidateOptions {
  /** Default 1. */
  readonly seed?: number | undefined;
  /** Share of the usual length; 1 unless given. */
  readonly effort?: number | undefined;
  /** Called before each experiment. */
  readonly onProgress?: ((progress: { title: string; done: number; total: number }) => void) | undefined;
}

/**
 * Holds the simulator, and the algorithms in it, against what queueing theory and the papers of the algorithms know.
 * About ten seconds of work; the event loop runs on in between.
 */
export async function validate({ seed = 1, effort = 1, onProgress }: ValidateOptions = {}): Promise<ValidationReport> {
  const rows: ValidationRow[] = [];
  for (const [done, validation] of VALIDATIONS.entries()) {
    onProgress?.({ title: validation.title, done, total: VALIDATIONS.length });
    rows.push(...(await validation.run(seed, effort)));
    await new Promise(setImmediate);
  }
  return { schemaVersion: 1, mode: "validate", seed, ok: rows.every(({ ok }) => ok), rows };
}
