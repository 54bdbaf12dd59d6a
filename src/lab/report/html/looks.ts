import type { AnyReport } from "../any-report.ts";
import type { AlgorithmResult } from "../model.ts";

/** What an algorithm is in a comparison, where that is worth saying. */
export type Role = "best" | "leads" | "now" | "worst";

/** How an algorithm looks in every chart of a page. */
export interface Look {
  readonly result: AlgorithmResult;
  /** Of its lines, and of the checkbox that brings them to the front: "s3". */
  readonly id: string;
  /** Which of the colours it has when it stands out. */
  readonly color: number;
  /** Lines differ in their dashes, too: colours are not for everybody. */
  readonly dash: string | undefined;
  readonly role: Role | undefined;
  /** Does it stand out from the beginning? */
  readonly shown: boolean;
}

/** Colours in the page's style. */
export const COLORS = 8;
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
    const role = roleOf(i, ranked, report.verdict.leaders, current);
    const isReference = role === undefined && current === undefined && result.algorithm === "round-robin";
    // Of several that lead, the second has a colour of its own; the others are as good.
    const special = ranked.length === 1 ? "best" : isReference ? "now" : role === "leads" && i > 1 ? undefined : role;
    const place = special === undefined ? -1 : SPECIAL.indexOf(special);
    const color = place >= 0 ? place : next;
    if (place < 0) next = next + 1 < COLORS ? next + 1 : SPECIAL.length;
    const dash = DASHES[place >= 0 ? place : (i + 1) % DASHES.length];
    return { result, id: `s${i}`, color, dash, role, shown: place >= 0 || ranked.length <= FEW };
  });
}

function roleOf(
  place: number,
  ranked: readonly AlgorithmResult[],
  leaders: readonly string[],
  current: string | undefined,
): Role | undefined {
  const algorithm = ranked[place]?.algorithm ?? "";
  if (ranked.length === 1) return undefined;
  if (place === 0) return "best";
  if (algorithm === current) return "now";
  if (leaders.includes(algorithm)) return "leads";
  return place === ranked.length - 1 ? "worst" : undefined;
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
