import type { AlgorithmResult, BenchReport, BenchSetup, ResponseTime } from "./model.ts";

/** What `bench --replay` reports: a report as of a simulation, and what was really measured beside it. */
export interface ReplayReport extends Omit<BenchReport, "mode" | "setup"> {
  readonly mode: "replay";
  readonly setup: ReplaySetup;
  /** The measured truth, under the algorithm that was in use then. */
  readonly recorded: AlgorithmResult;
  /** How well the replay of that algorithm meets the truth; null where it is none that can be replayed. */
  readonly fit: ReplayFit | null;
  /** What is to be known of this record and how it was taken, a sentence or two each. */
  readonly notes: readonly string[];
  /** What no replay can know. */
  readonly cannotKnow: readonly string[];
}

/** `load`: requests being worked on at an endpoint, on average, ÷ `concurrency` (1 where that is null). */
export interface ReplaySetup extends BenchSetup {
  readonly service: string;
  /** From the first recorded request to the last one, time in which nothing was recorded left out. */
  readonly durationMs: number;
  /** How many requests an endpoint works on at once, by how they waited; null: they do not wait for one another. */
  readonly concurrency: number | null;
  /** Parts of the record that are drawn anew for the intervals. */
  readonly blocks: number;
}

/**
 * The algorithm that was in use, replayed with the work dealt out anew among the requests of each block: with the work
 * left where it was, a deterministic algorithm gives back what was measured whatever is assumed. (replayed − recorded) ÷
 * recorded.
 */
export interface ReplayFit {
  readonly algorithm: string;
  readonly replayed: ResponseTime;
  readonly mean: number;
  readonly p99: number;
  /** Near enough for the differences between algorithms to mean something. */
  readonly ok: boolean;
}
