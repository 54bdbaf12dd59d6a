import { ALGORITHMS } from "../../../../balancing/index.ts";
import type { StartGateway } from "../../../../lab/live/bench-gateway.ts";
import { runLive } from "../../../../lab/live/run-live.ts";
import type { LiveReport } from "../../../../lab/report/live-figures.ts";
import type { Scenario } from "../../../../lab/simulate/scenario.ts";
import type { CommandContext } from "../../../context.ts";
import { createProgressLine } from "../progress.ts";
import { parseAlgorithms } from "../values.ts";
import type { LiveArgs } from "./options.ts";
import { findOwnService } from "./own-service.ts";

/** What of the flags of a simulation a live run takes, too. */
export interface SharedArgs {
  readonly algo?: string;
  readonly endpoints?: number;
  readonly load?: number;
  readonly serviceTime?: string;
  readonly arrivals?: string;
  readonly requests?: number;
  readonly seed?: number;
}

/** A run that takes longer than this says so at its beginning. */
const LONG_MS = 20_000;

/**
 * Sends the load.
 * @param startGateway where the gateway runs, if not in a process of its own
 * @returns the report, or an exit code where there is none
 */
export async function runLiveBench(
  ctx: CommandContext,
  args: LiveArgs & SharedArgs,
  scenario: string | Scenario | undefined,
  startGateway?: StartGateway,
): Promise<LiveReport | number> {
  const own = args.service === undefined ? undefined : await findOwnService(ctx, args);
  if (typeof own === "number") return own;
  const algorithms = parseAlgorithms(args.algo ?? "all");
  const { endpoints, load, serviceTime, arrivals, requests, seed, rate, connections, closed, allowRemote } = args;
  let announced = false;
  const progress = createProgressLine(ctx, "sending through");
  const abort = new AbortController();
  const release = ctx.onInterrupt(() => abort.abort(new Interrupted()));
  try {
    return await runLive({
      ...{ endpoints, load, serviceTime, arrivals, requests, seed, rate, connections, closed, allowRemote },
      own,
      scenario,
      algorithms,
      durationMs: args.duration,
      startGateway,
      signal: abort.signal,
      onProgress: (done) => {
        if (!announced) announce(ctx, algorithms?.length ?? ALGORITHMS.length, done.total);
        announced = true;
        progress.update(done);
      },
    });
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    ctx.stderr.write("Stopped: nothing is reported.\n");
    return INTERRUPTED;
  } finally {
    progress.clear();
    release();
  }
}

/** Who is stopped by Ctrl-C ends as a shell expects it: 128 and the number of SIGINT. */
const INTERRUPTED = 130;

class Interrupted extends Error {}

/** Once it is known that it can be run at all. */
function announce(ctx: CommandContext, algorithms: number, totalMs: number): void {
  if (totalMs <= LONG_MS) return;
  const seconds = (ms: number) => `${Math.round(ms / 1000)} s`;
  ctx.stderr.write(
    `This takes about ${seconds(totalMs)}: ${algorithms} algorithms, ${seconds(totalMs / algorithms)} each. ` +
      "--algo and --duration make it shorter.\n",
  );
}
