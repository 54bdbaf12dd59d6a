import type { LiveReport } from "./live-figures.ts";
import type { BenchReport, BenchSetup } from "./model.ts";

/**
 * A report of any kind of bench, as pages and tables take it: what all kinds have, and what some have. Whatever a kind
 * does not know is null or absent.
 */
export interface AnyReport extends Omit<BenchReport, "mode" | "setup"> {
  readonly mode: string;
  readonly setup: AnySetup;
}

/** What was run. */
export interface AnySetup
  extends Omit<BenchSetup, "load" | "serviceTime" | "arrivals">,
    Partial<Pick<LiveReport["setup"], "loop" | "rate" | "connections" | "durationMs" | "service">> {
  readonly load: number | null;
  readonly serviceTime: string | null;
  readonly arrivals: string | null;
}
