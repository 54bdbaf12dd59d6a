import type { AlgorithmResult, BenchReport } from "./model.ts";

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
  /** `same`: the intervals of both overlap, or less than 1 % lies between. */
  readonly judgement: "better" | "worse" | "same";
}

/** A difference below this is nobody's concern. */
const MARGIN = 0.01;

/** What of a report is looked at: that of a simulation, or of a replay. */
type ComparedReport = Pick<BenchReport, "scenario" | "requests" | "setup" | "results">;

/** What has changed since an earlier run, by p99 and its intervals. */
export function compareRuns(before: ComparedReport, after: ComparedReport): RunComparison {
  const algorithms = after.results.flatMap((now) => {
    const then = before.results.find(({ algorithm }) => algorithm === now.algorithm);
    return then === undefined ? [] : [changeOf(then, now)];
  });
  return { differences: differencesOf(before, after), algorithms };
}

function changeOf(then: AlgorithmResult, now: AlgorithmResult): AlgorithmChange {
  const [before, after] = [then.responseTime.p99, now.responseTime.p99];
  const change = before === 0 ? 0 : (after - before) / before;
  const [old, recent] = [then.p99Interval ?? point(before), now.p99Interval ?? point(after)];
  const apart = recent.low > old.high ? "worse" : recent.high < old.low ? "better" : "same";
  return {
    algorithm: now.algorithm,
    before,
    after,
    change: Math.round(change * 1e6) / 1e6,
    judgement: Math.abs(change) < MARGIN ? "same" : apart,
  };
}

/** Without replications nothing is known of chance. */
function point(value: number): { low: number; high: number } {
  return { low: value, high: value };
}

function differencesOf(before: ComparedReport, after: ComparedReport): string[] {
  const facts = ({ scenario, requests, setup }: ComparedReport): Record<string, string | number> => ({
    scenario,
    requests,
    endpoints: setup.endpoints,
    load: setup.load,
    "service time": setup.serviceTime,
    arrivals: setup.arrivals,
  });
  const [old, recent] = [facts(before), facts(after)];
  return Object.keys(recent).flatMap((name) =>
    old[name] === recent[name] ? [] : [`${name} ${old[name]}, now ${recent[name]}`],
  );
}
