import { type AnyReport, isJudged } from "../any-report.ts";
import type { AlgorithmResult, Verdict } from "../model.ts";

/** What an algorithm is in a comparison, where that is worth saying. */
export type Role = "best" | "leads" | "now" | "worst" | "recorded";

/** How an algorithm looks in every chart of a page. */
export interface Look {
  readonly result: AlgorithmResult;
  /** As charts call it. */
  readonly name: string;
  /** Of its lines, and of the checkbox that brings them to the front: "s3". */
  readonly id: string;
  /** The style's name of the colour that it has when it stands out. */
  readonly paint: string;
  /** Lines differ in their dashes, too: colours are not for everybody. */
  readonly dash: string | undefined;
  readonly role: Role | undefined;
  /** Does it stand out from the beginning? */
  readonly shown: boolean;
}

/** Colours in the page's style. */
const COLORS = 8;
const DASHES = [undefined, "7 3", "2 3", "10 3 2 3"] as const;
/** With so few, all stand out. */
const FEW = 4;
const SPECIAL: readonly Role[] = ["best", "now", "worst", "leads"];

/**
 * From the lowest p99 to the highest. The best, the one in use and the worst stand out with colours of their own; where
 * nobody knows what is in use, it is what everybody knows: round-robin.
 */
export function looksOf(report: AnyReport, current: string | undefined): Look[] {
  const ranked = rank(report);
  let next = SPECIAL.length;
  return ranked.map((result, i) => {
    const role = roleOf(i, ranked, report.verdict, current);
    const isReference = role === undefined && current === undefined && result.algorithm === "round-robin";
    // Of several that lead, the second has a colour of its own; the others are as good.
    const special = ranked.length === 1 ? "best" : isReference ? "now" : role === "leads" && i > 1 ? undefined : role;
    const place = special === undefined ? -1 : SPECIAL.indexOf(special);
    const color = place >= 0 ? place : next;
    if (place < 0) next = next + 1 < COLORS ? next + 1 : SPECIAL.length;
    const dash = DASHES[place >= 0 ? place : (i + 1) % DASHES.length];
    const { algorithm: name } = result;
    return { result, name, id: `s${i}`, paint: `--c${color}`, dash, role, shown: place >= 0 || ranked.length <= FEW };
  });
}

/** The measured truth beside what was replayed. */
export function recordedLook(result: AlgorithmResult): Look {
  const [name, id, paint] = ["as recorded", "truth", "--ink"];
  return { result, name, id, paint, dash: undefined, role: "recorded", shown: true };
}

function roleOf(
  place: number,
  ranked: readonly AlgorithmResult[],
  verdict: Verdict,
  current: string | undefined,
): Role | undefined {
  const algorithm = ranked[place]?.algorithm ?? "";
  if (ranked.length === 1) return undefined;
  if (place === 0) return "best";
  if (algorithm === current) return "now";
  if (verdict.leaders.includes(algorithm)) return "leads";
  const last = ranked.findLastIndex((each) => isJudged(verdict, each.algorithm));
  return place === last ? "worst" : undefined;
}

/** As the verdict ranks them: the best first, then from near to far. */
function rank({ results, verdict }: AnyReport): AlgorithmResult[] {
  const order = [verdict.leaders[0], ...verdict.comparisons.map(({ algorithm }) => algorithm)];
  const place = ({ algorithm }: AlgorithmResult): number => {
    const found = order.indexOf(algorithm);
    return found < 0 ? order.length : found;
  };
  return results.toSorted((a, b) => place(a) - place(b));
}
