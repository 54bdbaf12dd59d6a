import { createRequire } from "node:module";
import type jsonata from "jsonata";
import type { Clock } from "../../shared/clock.ts";
import { TransformFault } from "./fault.ts";

/** What an expression knows besides its input, by name: `request` is `$request`. */
export type Bindings = Readonly<Record<string, unknown>>;

/** Evaluates an expression over a document. */
export type Mapping = (input: unknown, bindings: Bindings) => Promise<unknown>;

/** The engine's own guardrails: `timeout` in ms, `stack` in nested evaluations, `sequence` in items of one list. */
const GUARDRAILS = { timeout: 1000, stack: 1000, sequence: 1_000_000 } as const;

/** How long one evaluation, or several at once, may hold everything else up, in ms. */
const SLICE = 8;

/** The engine asks what is bound to this, before every step. */
const BEFORE_STEP = Symbol.for("jsonata.__evaluate_entry");

/** Errors that the expression's author makes on purpose: $error and $assert. */
const REFUSALS: ReadonlySet<unknown> = new Set(["D3137", "D3141"]);

/** One for all of a process: what is held up is the process. */
const slice = { began: 0, running: 0 };

/**
 * Compiles a JSONata expression; loads the engine, for which reason it is called only where there is one.
 *
 * An evaluation ends after a second at the latest, and lets others have their turn after every few milliseconds: the
 * engine is a chain of promises, which alone would keep the process from all else until it is through.
 *
 * @throws TypeError if it does not parse: the config's checks have seen to that
 */
export function compileMapping(source: string, clock: Clock): Mapping {
  const compile = createRequire(import.meta.url)("jsonata") as typeof jsonata;
  const expression = compile(source, GUARDRAILS);
  expression.assign(BEFORE_STEP as unknown as string, () => {
    if (clock.now() - slice.began < SLICE) return undefined;
    return new Promise<void>((resolve) => {
      setImmediate(() => {
        slice.began = clock.now();
        resolve();
      });
    });
  });
  return async (input, bindings) => {
    if (slice.running++ === 0) slice.began = clock.now();
    try {
      return (await expression.evaluate(input, { ...bindings })) as unknown;
    } catch (error) {
      throw faultOf(error);
    } finally {
      slice.running--;
    }
  };
}

/** What the engine's own guardrails say. */
const LIMITS: Readonly<Record<string, string>> = {
  D1011: "went too deep",
  D1012: `took longer than ${GUARDRAILS.timeout} ms`,
  D2014: "made too long a list",
  D2015: "made too long a list",
};

/**
 * The engine throws plain objects, and RangeErrors where a text grows beyond all bounds. Of its messages only those go on
 * that the expression's author wrote: others repeat what is in the body.
 */
function faultOf(error: unknown): TransformFault {
  const { code, message, position } = error as { code?: unknown; message?: unknown; position?: unknown };
  if (REFUSALS.has(code)) return new TransformFault("refused", String(message));
  const known = typeof code === "string" ? code : "";
  const place = typeof position === "number" ? ` at character ${position}` : "";
  return new TransformFault("mapping", LIMITS[known] ?? `failed${known === "" ? "" : ` (${known}${place})`}`);
}
