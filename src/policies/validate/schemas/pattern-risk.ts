/** What a pattern could cost: about length^exponent steps on a text of that length. */
export interface PatternRisk {
  /** Infinity where a repetition is inside another one: then it may be two to the power of the length. */
  readonly exponent: number;
}

/** Why a text is no regular expression of JavaScript's; `undefined` if it is one. */
export function patternProblem(pattern: string): string | undefined {
  try {
    compilePattern(pattern);
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).replace(/^Invalid regular expression: /, "");
  }
}

/**
 * Patterns are Unicode ones (JSON Schema 2020-12, core, section 6.4); many that are about escape what Unicode ones must
 * not, so those are taken as the language's older kind.
 * @throws SyntaxError
 */
export function compilePattern(pattern: string): RegExp {
  try {
    return new RegExp(pattern, "u");
  } catch {
    return new RegExp(pattern);
  }
}

/** The worse of two. */
export function worse(a: PatternRisk | undefined, b: PatternRisk | undefined): PatternRisk {
  return { exponent: Math.max(a?.exponent ?? 0, b?.exponent ?? 0) };
}

/** Repetitions of up to so many are not counted. */
const FEW = 8;

/**
 * Estimates what a pattern that backtracks could cost. Every long repetition may begin anywhere, and so does a search that is
 * not anchored; a long repetition of something that has one, or alternatives, inside may be exponential. An estimate from
 * above: most patterns that it calls costly are not, and are only watched.
 */
export function riskOf(pattern: string): PatternRisk {
  if (/\\[1-9k]/.test(pattern)) return { exponent: Number.POSITIVE_INFINITY };
  let exponent = pattern.startsWith("^") ? 0 : 1;
  /** For each open group: whether something inside repeats, or has alternatives. */
  const open: boolean[] = [];
  let closed = false;
  for (const [token, quantifier] of pattern.matchAll(/\\.|\[(?:[^\]\\]|\\.)*\]|([*+]|\{\d+(?:,\d*)?\})|[^]/gs)) {
    if (quantifier !== undefined && isLong(quantifier)) {
      if (closed) return { exponent: Number.POSITIVE_INFINITY };
      exponent++;
      open.fill(true);
    } else if (token === "|") {
      open.fill(true);
    }
    closed = token === ")" && open.pop() === true;
    if (token === "(") open.push(false);
  }
  return { exponent };
}

function isLong(quantifier: string): boolean {
  const counts = /^\{(\d+)(,?)(\d*)\}$/.exec(quantifier);
  if (counts === null) return true;
  const [, least = "", comma, most = ""] = counts;
  return comma === "" ? Number(least) > FEW : most === "" || Number(most) > FEW;
}
