import type { LiveReport } from "./live-figures.ts";
import type { BenchReport, BenchSetup, Verdict } from "./model.ts";
import type { ReplayReport } from "./replay-figures.ts";

/**
 * A report of any kind of bench, as pages and tables take it: what all kinds have, and what some have. Whatever a kind
 * does not know is null or absent.
 */
export interface AnyReport
  extends Omit<BenchReport, "mode" | "setup">,
    Partial<Pick<ReplayReport, "recorded" | "fit" | "notes" | "cannotKnow">> {
  readonly mode: string;
  readonly setup: AnySetup;
}

/** What was run. */
export interface AnySetup
  extends Omit<BenchSetup, "load" | "serviceTime" | "arrivals">,
    Partial<Pick<LiveReport["setup"], "loop" | "rate" | "connections" | "durationMs" | "service">>,
    Partial<Pick<ReplayReport["setup"], "concurrency" | "blocks">> {
  readonly load: number | null;
  readonly serviceTime: string | null;
  readonly arrivals: string | null;
}

/** The report as one of recorded traffic, if it is one. */
export function asReplay(report: AnyReport): ReplayReport | undefined {
  // What has the measured truth was made by a replay, which fills in all that is optional here.
  return report.mode === "replay" && report.recorded !== undefined ? (report as ReplayReport) : undefined;
}

/** Has the verdict a word on the algorithm? A replay leaves out those whose figures are but a guess. */
export function isJudged({ leaders, comparisons }: Verdict, name: string): boolean {
  return leaders.includes(name) || comparisons.some(({ algorithm }) => algorithm === name);
}
