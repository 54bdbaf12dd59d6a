import { describeContrast } from "./contrast.ts";
import { failuresDecide, lostInWords } from "./decided-by.ts";
import type { AlgorithmResult, Comparison, Verdict } from "./model.ts";
import { CONFIDENCE, pairedInterval } from "./paired.ts";
import { inWords, share, timeInWords } from "./wording.ts";

/** A difference of less than 1 % is nobody's concern, and within a bucket of the histogram. */
const MARGIN = 1.01;

/** An algorithm's result, and its p99 in each replication in ms, in the same order for every algorithm. */
export interface Contest {
  readonly result: AlgorithmResult;
  readonly p99s: readonly number[];
}

/**
 * Who did best, by the 99th percentile of the response time: what the unluckiest of a hundred requests feel.
 *
 * The algorithm with the lowest p99 (geometric mean over the replications) is compared with every other, by paired
 * differences of the logarithms: latencies differ by factors, and one bad replication of a heavy-tailed load would
 * swamp differences in ms. It wins only if *each* of the 95 % intervals lies above a ratio of 1.01. Otherwise it leads together with those whose interval
 * does not, and with whoever ranks between them, and nobody wins. The intervals hold one by one, not all at once.
 *
 * @param compare how else the interval is come to, where there are no replications
 */
export function judge<C extends Contest>(
  contests: readonly C[],
  compare: (best: C, other: C) => Comparison = compareReplications,
): Verdict {
  const [best, ...others] = [...contests].sort((a, b) => average(logarithms(a)) - average(logarithms(b)));
  if (best === undefined) throw new Error("A verdict needs at least one algorithm");
  const comparisons = others.map((other) => compare(best, other));
  const lastTied = comparisons.findLastIndex((comparison) => comparison.low <= MARGIN);
  const leaders = [best, ...others.slice(0, lastTied + 1)].map(({ result }) => result.algorithm);
  const winner = others.length > 0 && leaders.length === 1 ? best.result.algorithm : null;
  const next = nextOf(others, comparisons, leaders);
  const decidedBy = next !== undefined && failuresDecide(best.result, next.result, next.ratio) ? "failures" : "p99";
  const reason = explainVerdict(best, others, next, leaders, decidedBy);
  return { winner, confidence: CONFIDENCE, reason, metric: "p99", decidedBy, leaders, comparisons };
}

function compareReplications(best: Contest, other: Contest): Comparison {
  const { mean, low, high } = pairedInterval(logarithms(best), logarithms(other));
  const [ratio, least, most] = [mean, low, high].map((value) => rounded(Math.exp(value)));
  return { algorithm: other.result.algorithm, ratio: ratio ?? 1, low: least ?? 0, high: most ?? null };
}

/** The one that was beaten by the least. */
interface Next extends Comparison {
  readonly result: AlgorithmResult;
}

function nextOf(
  others: readonly Contest[],
  comparisons: readonly Comparison[],
  leaders: readonly string[],
): Next | undefined {
  const place = comparisons.findIndex(({ algorithm }) => !leaders.includes(algorithm));
  const [comparison, contest] = [comparisons[place], others[place]];
  return comparison && contest && { ...comparison, result: contest.result };
}

function explainVerdict(
  { result: best }: Contest,
  others: readonly Contest[],
  next: Next | undefined,
  leaders: readonly string[],
  decidedBy: NonNullable<Verdict["decidedBy"]>,
): string {
  if (others.length === 0) return `Only ${best.algorithm} ran, so that there is nothing to compare it with.`;
  const equals = `No significant difference in p99 between ${inWords(leaders)}`;
  if (next === undefined) return `${equals}.`;
  const reference = chooseReference(others.filter(({ result }) => !leaders.includes(result.algorithm)))?.result;
  const contrast = reference === undefined ? "" : describeContrast(best, reference);
  if (decidedBy === "failures") {
    const alone = leaders.length === 1;
    const lost = lostInWords(best, next.result, alone ? "the next best" : "the next");
    const said = reference?.algorithm === next.algorithm ? "" : contrast;
    return `${alone ? "" : `${equals}. `}${lost}, and the verdict takes each of them for a minute. ${answered(best, next.result)}${said}`;
  }
  const lead = `${saving(next.ratio)} less than ${next.algorithm}`;
  if (leaders.length > 1) return `${equals}; ${best.algorithm} has ${lead}, the next.${contrast}`;
  const interval = `95 % sure: ${saving(next.low)} to ${saving(next.high ?? next.ratio)}`;
  return `${best.algorithm} has the lowest p99: ${lead}, the next best (${interval}).${contrast}`;
}

/** The p99s that stand in the table: those of the requests that were answered. */
function answered(best: AlgorithmResult, next: AlgorithmResult): string {
  if (next.errors >= next.requests) return `${next.algorithm} answered none.`;
  return `Of those that were answered, p99 was ${timeInWords(best.responseTime.p99)} and ${timeInWords(next.responseTime.p99)}.`;
}

/** How much less the best one has, if the other has `ratio` times as much. */
function saving(ratio: number): string {
  return share(1 - 1 / ratio);
}

/** Whom to set the best one against: what everybody knows, where it ran; else the worst that kept up, or the worst. */
function chooseReference(beaten: readonly Contest[]): Contest | undefined {
  const known = beaten.find(({ result }) => result.algorithm === "round-robin");
  return known ?? beaten.findLast(({ result }) => result.overloaded.length === 0) ?? beaten.at(-1);
}

/** Of the p99s; none is 0, for every request takes some time. */
function logarithms({ p99s }: Contest): number[] {
  return p99s.map((p99) => Math.log(Math.max(p99, Number.MIN_VALUE)));
}

/** To six decimals; an infinite bound, which JSON has no word for, becomes null. */
function rounded(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1e6) / 1e6 : null;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
