import { formatTime } from "./columns.ts";
import type { AlgorithmResult } from "./model.ts";
import type { ReplayFit, ReplayReport } from "./replay-figures.ts";
import { threeFigures, timeInWords } from "./wording.ts";

/** What came of a replay, in a sentence of two parts. */
export interface HadBeen {
  /** "On your recorded 58 minutes (41,000 requests to users over 3 endpoints):" */
  readonly given: string;
  /** "p99 was 80 ms with round-robin; it would have been 41 ms (38–44) with peak-ewma." */
  readonly said: string;
}

/** What was, and what would have been. */
export function hadBeen({ setup, requests, recorded, results, verdict: { leaders } }: ReplayReport): HadBeen {
  const what = `${counted(requests, "request")} to ${setup.service} over ${counted(setup.endpoints, "endpoint")}`;
  const given = `On your recorded ${durationInWords(setup.durationMs)} (${what}):`;
  const was = `p99 was ${timeInWords(recorded.responseTime.p99)} with ${recorded.algorithm}`;
  if (setup.blocks === 0) return { given, said: `${was}. That is too short to say what would have been better.` };
  const [only] = results;
  if (results.length === 1 && only !== undefined) return { given, said: `${was}; replayed, it is ${p99Of(only)}.` };
  const better = results.find(({ algorithm }) => algorithm === leaders[0]);
  const would =
    better === undefined || leaders.includes(recorded.algorithm)
      ? "none of the others would have done clearly better"
      : `it would have been ${p99Of(better)} with ${better.algorithm}`;
  return { given, said: `${was}; ${would}.` };
}

function p99Of({ responseTime, p99Interval }: AlgorithmResult): string {
  const range = p99Interval === null ? "" : ` (${formatTime(p99Interval.low)}–${formatTime(p99Interval.high)})`;
  return `${timeInWords(responseTime.p99)}${range}`;
}

/** How far the replay of what was in use is from what was measured. */
export function fitInWords({ algorithm, mean, p99, replayed }: ReplayFit, recorded: AlgorithmResult): string {
  return (
    `${algorithm} was in use. Replayed with the work dealt out anew, to put the model to the ` +
    `test, it is off by ${offInWords(mean)} in the mean and ${offInWords(p99)} in p99 ` +
    `(${timeInWords(replayed.p99)} replayed, ${timeInWords(recorded.responseTime.p99)} measured).`
  );
}

/** "+9.3 %", "−0.4 %". */
export function offInWords(part: number): string {
  return `${part < 0 ? "−" : "+"}${Math.abs(part * 100).toFixed(1)} %`;
}

/** "1 request", "6,977 requests". */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}

/** "1.5 seconds", "78 seconds", "58 minutes", "9 hours". */
export function durationInWords(ms: number): string {
  const [value, unit] =
    ms < 120_000 ? [ms / 1000, "second"] : ms < 7_200_000 ? [ms / 60_000, "minute"] : [ms / 3_600_000, "hour"];
  const figure = value < 10 ? Number(threeFigures(value)).toFixed(1).replace(/\.0$/, "") : value.toFixed(0);
  return `${figure} ${unit}${figure === "1" ? "" : "s"}`;
}
