import { shortSpec } from "./short-spec.ts";
import type { LiveReport } from "./live-figures.ts";
import type { AlgorithmResult, BenchReport } from "./model.ts";
import type { ReplayReport } from "./replay-figures.ts";

/** A run beside an earlier one of which the report was saved. */
export interface RunComparison {
  /** What is not the same in both, so that differences may come from there: "load 0.7, then 0.9". */
  readonly differences: readonly string[];
  /** Of algorithms that ran both times, in the order of this run. */
  readonly algorithms: readonly AlgorithmChange[];
}

export interface AlgorithmChange {
  readonly algorithm: string;
  /** p99 in ms. */
  readonly before: number;
  readonly after: number;
  /** (after − before) ÷ before. */
  readonly change: number;
  /** Requests that failed, as a share of all. They have no response time. */
  readonly failed: { readonly before: number; readonly after: number };
  /** `same`: the intervals of both overlap, or so little lies between that it is nobody's concern. */
  readonly judgement: "better" | "worse" | "same";
}

/** Both of one kind: figures of a simulation say nothing of a machine. */
export type ComparableReport = BenchReport | LiveReport | ReplayReport;

/**
 * A difference below this is nobody's concern; between live runs, one that the machine makes by itself from one hour to
 * the next, which the stretches of a single run cannot show.
 */
const MARGIN = { simulate: 0.01, replay: 0.01, live: 0.05 } as const;

/** What has changed since an earlier run of the same mode, by p99 and its intervals. */
export function compareRuns(before: ComparableReport, after: ComparableReport): RunComparison {
  const algorithms = after.results.flatMap((now) => {
    const then = before.results.find(({ algorithm }) => algorithm === now.algorithm);
    return then === undefined ? [] : [changeOf(then, now, MARGIN[after.mode])];
  });
  return { differences: differencesOf(before, after), algorithms };
}

function changeOf(then: AlgorithmResult, now: AlgorithmResult, margin: number): AlgorithmChange {
  const [before, after] = [then.responseTime.p99, now.responseTime.p99];
  const change = before === 0 ? 0 : (after - before) / before;
  const [old, recent] = [then.p99Interval ?? point(before), now.p99Interval ?? point(after)];
  const apart = recent.low > old.high ? "worse" : recent.high < old.low ? "better" : "same";
  return {
    algorithm: now.algorithm,
    before,
    after,
    change: Math.round(change * 1e6) / 1e6,
    failed: { before: failedShare(then), after: failedShare(now) },
    judgement: Math.abs(change) < margin ? "same" : apart,
  };
}

function failedShare({ errors, requests }: AlgorithmResult): number {
  return Math.round((errors / Math.max(1, requests)) * 1e6) / 1e6;
}

/** Without replications nothing is known of chance. */
function point(value: number): { low: number; high: number } {
  return { low: value, high: value };
}

type Facts = Record<string, string | number | null>;

function differencesOf(before: ComparableReport, after: ComparableReport): string[] {
  const [old, recent] = [factsOf(before), factsOf(after)];
  const shown = (value: string | number | null | undefined) => value ?? "unknown";
  return Object.keys(recent).flatMap((name) =>
    old[name] === recent[name] ? [] : [`${name} ${shown(old[name])}, now ${shown(recent[name])}`],
  );
}

function factsOf(report: ComparableReport): Facts {
  const { scenario, setup } = report;
  return {
    scenario,
    ...(report.mode === "live" ? loadOf(report) : { requests: report.requests }),
    endpoints: setup.endpoints,
    // Without a limit to what an endpoint works on at once it is no share of anything.
    [report.mode === "replay" ? "work in progress" : "load"]: setup.load,
    "service time": setup.serviceTime === null ? null : shortSpec(setup.serviceTime),
    arrivals: setup.arrivals,
  };
}

/** How many requests a closed loop sends is what came of it, and not what was asked for. */
function loadOf({ setup: { loop, rate, connections, durationMs } }: LiveReport): Facts {
  return { loop, rate, connections, duration: `${Math.round(durationMs / 100) / 10} s` };
}
