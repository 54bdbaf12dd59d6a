import { describeContrast } from "./contrast.ts";
import type { AlgorithmResult, Comparison, Verdict } from "./model.ts";
import { CONFIDENCE, pairedInterval } from "./paired.ts";
import { inWords, milliseconds, share } from "./wording.ts";

/** An algorithm's result, and its p99 in each replication, in the same order for every algorithm. */
export interface Contest {
  readonly result: AlgorithmResult;
  readonly p99s: readonly number[];
}

/**
 * Who did best, by the 99th percentile of the response time: what the unluckiest of a hundred requests feel.
 *
 * The algorithm with the lowest mean p99 is compared with every other, by paired differences over the replications.
 * It wins only if *each* of the 95 % intervals lies above 0. Otherwise it leads together with those whose interval
 * does not, and with whoever ranks between them, and nobody wins. The intervals hold one by one, not all at once.
 */
export function judge(contests: readonly Contest[]): Verdict {
  const [best, ...others] = [...contests].sort((a, b) => average(a.p99s) - average(b.p99s));
  if (best === undefined) throw new Error("A verdict needs at least one algorithm");
  const comparisons = others.map((other) => compare(best, other));
  const lastTied = comparisons.findLastIndex((comparison) => comparison.low <= 0);
  const leaders = [best, ...others.slice(0, lastTied + 1)].map(({ result }) => result.algorithm);
  const winner = others.length > 0 && leaders.length === 1 ? best.result.algorithm : null;
  const reason = explainVerdict(best, others, comparisons, leaders);
  return { winner, confidence: CONFIDENCE, reason, metric: "p99", leaders, comparisons };
}

function compare(best: Contest, other: Contest): Comparison {
  const { mean, low, high } = pairedInterval(best.p99s, other.p99s);
  return { algorithm: other.result.algorithm, difference: mean, low, high };
}

function explainVerdict(
  best: Contest,
  others: readonly Contest[],
  comparisons: readonly Comparison[],
  leaders: readonly string[],
): string {
  const { algorithm } = best.result;
  if (others.length === 0) return `Only ${algorithm} ran; name several (--algo all) to compare them.`;
  const beaten = comparisons.filter((comparison) => !leaders.includes(comparison.algorithm));
  const [next] = beaten;
  if (next === undefined) return `No significant difference in p99 between ${inWords(leaders)}.`;
  const reference = chooseReference(others.filter(({ result }) => !leaders.includes(result.algorithm)));
  const contrast = reference === undefined ? "" : describeContrast(best.result, reference.result);
  const lead = `${share(next.difference / (average(best.p99s) + next.difference))} less than ${next.algorithm}`;
  if (leaders.length > 1) {
    return `No significant difference in p99 between ${inWords(leaders)}; ${algorithm} has ${lead}, the next.${contrast}`;
  }
  const interval = `95 % sure of ${milliseconds(next.low)} to ${milliseconds(next.high)}`;
  return `${algorithm} has the lowest p99: ${lead}, the next best (${interval}).${contrast}`;
}

/** Whom to set the best one against: what everybody knows, where it ran; else the one that did worst. */
function chooseReference(beaten: readonly Contest[]): Contest | undefined {
  return beaten.find(({ result }) => result.algorithm === "round-robin") ?? beaten.at(-1);
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
