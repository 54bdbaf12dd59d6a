import { compareRuns, type RunComparison } from "../../../lab/report/compare.ts";
import { brokenLimits, parseLimit } from "../../../lab/report/limits.ts";
import type { BenchReport } from "../../../lab/report/model.ts";
import type { Scenario } from "../../../lab/simulate/scenario.ts";
import { simulateInParallel } from "../../../lab/parallel/simulate-in-parallel.ts";
import { validate } from "../../../lab/simulate/theory/validate.ts";
import { EXIT } from "../../../shared/errors/entry.ts";
import type { CommandContext } from "../../context.ts";
import { writeJson } from "../../ui/json.ts";
import { createStyle } from "../../ui/style.ts";
import type { BenchArgs } from "./args.ts";
import { printComparison } from "./comparison.ts";
import { printReport } from "./print.ts";
import { createProgressLine } from "./progress.ts";
import { readSavedReport } from "./saved-report.ts";
import { isScenarioFile, readScenario } from "./scenario-file.ts";
import { printValidation } from "./validation.ts";
import { parseAlgorithms } from "./values.ts";

/**
 * Runs the simulation, prints what came of it, and holds it against limits and against an earlier run.
 * @returns 2 if a limit is broken or an algorithm has become worse, 65 if the scenario's file is wrong
 */
export async function runSimulation(ctx: CommandContext, args: BenchArgs): Promise<number> {
  const { algo = "all", json = false, failIf = [], compare, endpoints, load, serviceTime, arrivals } = args;
  const limits = failIf.map(parseLimit);
  const earlier = compare === undefined ? undefined : await readSavedReport(ctx, compare);
  const scenario = await scenarioOf(ctx, args.scenario);
  if (scenario === "wrong") return EXIT.config;
  const progress = createProgressLine(ctx);
  const { requests, seed } = args;
  const changes = { endpoints, load, serviceTime, arrivals, requests, seed };
  const options = { ...changes, scenario, algorithms: parseAlgorithms(algo), onProgress: progress.update };
  const report = await simulateInParallel(options).finally(progress.clear);
  const comparison = earlier === undefined ? undefined : compareRuns(earlier, report);
  const broken = brokenLimits(limits, report.results);
  print(ctx, report, comparison, json);
  const style = createStyle(ctx.stderr);
  for (const { algorithm, limit } of broken) ctx.stderr.write(`${style.bad("failed")} ${algorithm}: ${limit}\n`);
  const worse = comparison?.algorithms.some(({ judgement }) => judgement === "worse") ?? false;
  return broken.length > 0 || worse ? EXIT.difference : EXIT.ok;
}

function print(ctx: CommandContext, report: BenchReport, comparison: RunComparison | undefined, json: boolean): void {
  if (json) return writeJson(ctx.stdout, comparison === undefined ? report : { ...report, comparison });
  printReport(report, ctx.stdout);
  if (comparison !== undefined) printComparison(comparison, ctx.stdout);
}

async function scenarioOf(ctx: CommandContext, name: string | undefined): Promise<Scenario | string | undefined> {
  if (name === undefined || !isScenarioFile(name)) return name;
  return (await readScenario(ctx, name)) ?? "wrong";
}

/** Holds the simulator against theory, and prints the table. @returns 1 if they do not agree */
export async function runValidation(ctx: CommandContext, { seed, json = false }: BenchArgs): Promise<number> {
  const progress = createProgressLine(ctx);
  const onProgress = ({ title, done, total }: { title: string; done: number; total: number }) =>
    progress.update({ algorithm: title, done, total });
  const report = await validate({ seed, onProgress }).finally(progress.clear);
  if (json) writeJson(ctx.stdout, report);
  else printValidation(report, ctx.stdout);
  return report.ok ? EXIT.ok : EXIT.failure;
}
