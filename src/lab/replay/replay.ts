import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { ReplayReport } from "../report/replay-figures.ts";
import type { Contender } from "../simulate/run.ts";
import { createProgress, resolveContenders, type SimulateOptions } from "../simulate/simulate.ts";
import { type Draws, drawBlocks } from "./bootstrap.ts";
import { usualAlgorithms } from "./credible.ts";
import { chooseService } from "./choose-service.ts";
import type { TrafficRecord } from "./read-record.ts";
import { usedAlgorithm, usedChoice } from "./recorded-algorithm.ts";
import { buildReplayModel, type ReplayModel } from "./replay-model.ts";
import { type ReplayContest, replayContest, recordedContest } from "./replay-result.ts";
import { reportOf } from "./replay-report.ts";
import { redeal } from "./redeal.ts";
import { ReplayRun } from "./replay-run.ts";
import { traceOf } from "./trace.ts";

export interface ReplayOptions {
  /** Unless there is only one to balance. */
  readonly service?: string | undefined;
  /** Unless given, all that the record can say something of; the one that was in use runs in any case. */
  readonly algorithms?: readonly string[] | undefined;
  /** Of the algorithms' own chance, and of the intervals. Default 1. */
  readonly seed?: number | undefined;
  /** Only so much of the end of the record, in ms. */
  readonly lastMs?: number | undefined;
  readonly onProgress?: SimulateOptions["onProgress"];
}

/** With fewer there is nothing to be said, and intervals need several blocks of enough requests each. */
const LEAST_REQUESTS = 20;
const LEAST_IN_BLOCK = 50;
const MOST_BLOCKS = 20;
const LEAST_BLOCKS = 5;

/** Requests between two looks at the rest of the process. */
const SLICE = 50_000;

/**
 * What each algorithm would have made of recorded traffic: the same arrivals, keys and work, balanced by the code that
 * balances live traffic, over endpoints as fast as they were.
 * @throws GatewayError GW0002 for an unknown service or algorithm, or a record that is too short
 */
export async function replay(record: TrafficRecord, options: ReplayOptions = {}): Promise<ReplayReport> {
  const { seed = 1, lastMs, onProgress } = options;
  const service = chooseService(record, options.service);
  const trace = traceOf(service, lastMs);
  if (trace.count < LEAST_REQUESTS) {
    const few = `${trace.count} request${trace.count === 1 ? "" : "s"} to ${service.name} that an endpoint answered`;
    throw new GatewayError("GW0002", `The record has ${few}: a replay needs ${LEAST_REQUESTS} at the least.`);
  }
  const model = buildReplayModel(service, trace);
  const used = usedAlgorithm(service);
  const names = [
    ...new Set([...(options.algorithms ?? usualAlgorithms(model)), ...(used === undefined ? [] : [used])]),
  ];
  const contenders = resolveContenders(names.map((name) => (name === used ? usedChoice(service, name) : name)));
  const blocks = blocksFor(trace.count);
  const draws = blocks < LEAST_BLOCKS ? undefined : drawBlocks(blocks, String(seed));
  const progress = createProgress(onProgress, trace.count * contenders.length);
  const contests: ReplayContest[] = [];
  for (const contender of contenders) contests.push(await run(model, contender, blocks, seed, draws, progress));
  const inUse = contenders.find(({ algorithm }) => algorithm.name === used);
  const again = redeal(model, blocks, String(seed));
  const redealt = inUse && (await run(again, inUse, blocks, seed, undefined, () => {}));
  const recorded = recordedContest(model, used ?? "unknown", blocks, draws);
  const drawn = draws === undefined ? 0 : blocks;
  return reportOf({ record, service, model, used, seed, blocks: drawn, contests, recorded, redealt });
}

function blocksFor(count: number): number {
  return Math.min(MOST_BLOCKS, Math.max(1, Math.floor(count / LEAST_IN_BLOCK)));
}

async function run(
  model: ReplayModel,
  contender: Contender,
  blocks: number,
  seed: number,
  draws: Draws | undefined,
  progress: (algorithm: string, requests: number) => void,
): Promise<ReplayContest> {
  const { name } = contender.algorithm;
  const replayed = new ReplayRun(model, contender, blocks, String(seed));
  for (let done = false; !done; ) {
    const before = replayed.arrived;
    done = replayed.advance(SLICE);
    progress(name, replayed.arrived - before);
    await new Promise(setImmediate);
  }
  return replayContest(model, name, replayed, draws);
}
