import { ALGORITHM_NAMES, findAlgorithm } from "../../../balancing/index.ts";
import { shortSpec } from "../../../lab/report/short-spec.ts";
import { planSimulation, type Plan } from "../../../lab/simulate/simulate.ts";
import { openTape, type OpenTape } from "../../../lab/simulate/tape/open-tape.ts";
import type { TapedPick } from "../../../lab/simulate/tape/taped-pick.ts";
import { EXIT } from "../../../shared/errors/entry.ts";
import type { CommandContext, TextSink } from "../../context.ts";
import { writeJsonLine } from "../../tape/json-line.ts";
import { type ShownPick, writePick } from "../../tape/pick-text.ts";
import { createStyle } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import { UsageError } from "../../usage-error.ts";
import type { BenchArgs } from "./args.ts";
import { subjectOf, withConfigured } from "./run.ts";
import type { LiveArgs } from "./live/options.ts";
import type { ReplayArgs } from "./replay/options.ts";
import { parseAlgorithms } from "./values.ts";

/** Requests on a tape unless `--requests` says more: what one reads of one algorithm, and of several beside each other. */
const REQUESTS_OF_ONE = 20;
const REQUESTS_OF_SEVERAL = 3;

/** What says how a run is judged; a tape has no figures. */
const NOT_WITH_TAPE = [
  ["live", "--live"],
  ["validate", "--validate"],
  ["compare", "--compare"],
  ["replay", "--replay"],
  ["html", "--html"],
  ["csv", "--csv"],
  ["failIf", "--fail-if"],
] as const;

/**
 * Prints each pick of the first requests of a simulation, one algorithm after the other, instead of what came of it.
 * @returns 65 if the scenario's file or the config is wrong
 * @throws UsageError for a flag that a tape has no use for
 */
export async function runTape(ctx: CommandContext, args: BenchArgs & LiveArgs & ReplayArgs): Promise<number> {
  const flag = NOT_WITH_TAPE.find(([name]) => args[name] !== undefined && args[name] !== false);
  if (flag !== undefined)
    throw new UsageError(`--tape prints the picks of a simulation, not its figures: leave ${flag[1]} out.`);
  const { algo = "all", endpoints, load, serviceTime, arrivals, requests, seed, json = false } = args;
  const subject = await subjectOf(ctx, args);
  if (typeof subject === "number") return subject;
  const { scenario, configured } = subject;
  const algorithms = withConfigured(parseAlgorithms(algo), configured) ?? ALGORITHM_NAMES;
  const plan = planSimulation({ endpoints, load, serviceTime, arrivals, seed, scenario, algorithms });
  const count = requests ?? (plan.contenders.length === 1 ? REQUESTS_OF_ONE : REQUESTS_OF_SEVERAL);
  if (count < 1) throw new UsageError("--requests takes a number from 1 on.");
  for (const contender of plan.contenders) {
    const tape = openTape(plan, contender, count);
    await (json ? writeLines(tape, ctx.stdout) : writeText(tape, plan, count, ctx.stdout));
  }
  return EXIT.ok;
}

/** The header, then each pick, on a line each: nothing is kept, so that a tape of any length can be written. */
async function writeLines({ header, picks }: OpenTape, sink: TextSink): Promise<void> {
  writeJsonLine(sink, "tape", header);
  for (const pick of picks) {
    writeJsonLine(sink, "pick", { algorithm: header.algorithm, ...pick });
    await sink.flushed?.();
  }
}

async function writeText({ header, picks }: OpenTape, plan: Plan, count: number, sink: TextSink): Promise<void> {
  const style = createStyle(sink);
  const { model, seed } = plan;
  const facts = [
    `${model.endpoints.length} endpoints`,
    `load ${Number((model.load * 100).toFixed(1))} %`,
    `service ${shortSpec(model.serviceTime.spec)}`,
    `arrivals ${model.arrivals.spec}`,
    `seed ${seed}`,
    count === 1 ? "the first request" : `the first ${count.toLocaleString("en")} requests`,
  ];
  const title = wrap(`${header.algorithm}: ${header.scenario}, ${model.scenario.summary}`, sink.columns);
  sink.write(`${style.strong(header.algorithm)}${title.slice(header.algorithm.length)}\n`);
  sink.write(`${style.faint(wrap(facts.join(" · "), sink.columns))}\n\n`);
  const weighted = findAlgorithm(header.algorithm)?.weights === "used";
  for (const pick of picks) {
    writePick(sink, style, shown(pick, weighted));
    await sink.flushed?.();
  }
}

function shown(pick: TapedPick, weighted: boolean): ShownPick {
  const { request, attempt, atMs, picked, reason, candidates, exclude, leftOut } = pick;
  const again = attempt === 1 ? "" : `, try ${attempt}`;
  const tried = candidates.filter(({ endpoint }) => endpoint !== picked && exclude.includes(endpoint));
  return {
    title: `#${request}${again}  ${atMs.toFixed(2)} ms`,
    picked,
    reason,
    candidates: candidates
      .filter((candidate) => !tried.includes(candidate))
      // An algorithm that does not look at weights is not to seem to.
      .map(({ endpoint, weight, score, reason: why }) => {
        return { endpoint, weight: weighted ? weight : undefined, score, reason: why };
      }),
    leftOut: [...tried, ...leftOut],
  };
}
