import type { ReplayFit, ReplayReport } from "../report/replay-figures.ts";
import { judge } from "../report/verdict.ts";
import { isCredible } from "./credible.ts";
import type { TrafficRecord } from "./read-record.ts";
import type { RecordedService } from "./recorded-service.ts";
import { replayNotes } from "./replay-notes.ts";
import type { ReplayModel } from "./replay-model.ts";
import { compareDrawn, type ReplayContest } from "./replay-result.ts";

export interface Replayed {
  readonly record: TrafficRecord;
  readonly service: RecordedService;
  readonly model: ReplayModel;
  /** The algorithm that was in use, if it is known. */
  readonly used: string | undefined;
  readonly seed: number;
  /** For the intervals; 0 if there are none. */
  readonly blocks: number;
  readonly contests: readonly ReplayContest[];
  readonly recorded: ReplayContest;
  /** Of the algorithm that was in use, with the work dealt out anew. */
  readonly redealt: ReplayContest | undefined;
}

/** A replay that is off by less meets the truth well enough. */
const GOOD_FIT = 0.25;

const CANNOT_KNOW = [
  "whether clients would have come sooner or later had answers taken another time",
  "what endpoints do with more at once than they had, or with caches that are warm for other clients",
  "failures: all endpoints are there all the time, and nothing is tried again",
] as const;

/** The report of a replay, with its verdict. */
export function reportOf(replayed: Replayed): ReplayReport {
  const { model, service, seed, blocks, contests, recorded, redealt } = replayed;
  const { trace, concurrency, endpoints } = model;
  const unlimited = concurrency.value === Number.POSITIVE_INFINITY;
  const busy = recorded.result.endpoints.reduce((sum, each) => sum + each.utilization, 0);
  const fit = redealt === undefined ? null : fitOf(redealt, recorded);
  const judged = contests.filter((contest) => isCredible(model, contest));
  return {
    schemaVersion: 1,
    mode: "replay",
    scenario: service.name,
    setup: {
      summary: "recorded traffic",
      service: service.name,
      endpoints: endpoints.length,
      load: Math.round((busy / Math.max(1, endpoints.length)) * 10_000) / 10_000,
      serviceTime: "recorded",
      arrivals: "recorded",
      replications: 1,
      warmup: 0,
      durationMs: Math.round(trace.pickedAt[trace.count - 1] ?? 0),
      concurrency: unlimited ? null : concurrency.value,
      blocks,
    },
    seed,
    requests: trace.count,
    results: contests.map(({ result }) => result),
    verdict: judge(judged.length > 0 ? judged : contests, compareDrawn),
    recorded: recorded.result,
    fit,
    notes: replayNotes(replayed, fit),
    cannotKnow: CANNOT_KNOW,
  };
}

function fitOf({ result: { algorithm, responseTime: replayed } }: ReplayContest, recorded: ReplayContest): ReplayFit {
  const truth = recorded.result.responseTime;
  const off = (of: "mean" | "p99") => Math.round(((replayed[of] - truth[of]) / Math.max(truth[of], 0.001)) * 1e4) / 1e4;
  const [mean, p99] = [off("mean"), off("p99")];
  return { algorithm, replayed, mean, p99, ok: Math.abs(mean) <= GOOD_FIT && Math.abs(p99) <= GOOD_FIT };
}
