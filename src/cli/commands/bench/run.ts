import { ALGORITHM_NAMES } from "../../../balancing/index.ts";
import { compareRuns, type RunComparison } from "../../../lab/report/compare.ts";
import { brokenLimits, parseLimit } from "../../../lab/report/limits.ts";
import type { BenchReport } from "../../../lab/report/model.ts";
import type { Scenario } from "../../../lab/simulate/scenario.ts";
import { simulateInParallel } from "../../../lab/parallel/simulate-in-parallel.ts";
import type { AlgorithmChoice } from "../../../lab/simulate/simulate.ts";
import { validate } from "../../../lab/simulate/theory/validate.ts";
import { EXIT } from "../../../shared/errors/entry.ts";
import type { CommandContext } from "../../context.ts";
import { UsageError } from "../../usage-error.ts";
import { writeJson } from "../../ui/json.ts";
import { createStyle } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import type { BenchArgs } from "./args.ts";
import { printComparison } from "./comparison.ts";
import { type ConfiguredScenario, scenarioFromConfig } from "./from-config.ts";
import { printReport } from "./print.ts";
import { createProgressLine } from "./progress.ts";
import { prepareReportFiles } from "./report-files.ts";
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
  const earlier = compare === undefined ? undefined : await readSavedReport(ctx, compare, "simulate");
  const files = await prepareReportFiles(ctx, args);
  const subject = await subjectOf(ctx, args);
  if (typeof subject === "number") return subject;
  const { scenario, configured } = subject;
  const progress = createProgressLine(ctx);
  const { requests, seed } = args;
  const changes = { endpoints, load, serviceTime, arrivals, requests, seed };
  const algorithms = withConfigured(parseAlgorithms(algo), configured);
  const options = { ...changes, scenario, algorithms, onProgress: progress.update };
  const report = await simulateInParallel(options).finally(progress.clear);
  const comparison = earlier === undefined ? undefined : compareRuns(earlier, report);
  const broken = brokenLimits(limits, report.results);
  if (json) writeJson(ctx.stdout, jsonOf(report, comparison, configured));
  else if (!files.takeStdout) print(ctx, report, comparison, configured);
  await files.write(report, configured && { service: configured.service, algorithm: configured.algorithm.name });
  const style = createStyle(ctx.stderr);
  for (const { algorithm, limit } of broken) ctx.stderr.write(`${style.bad("failed")} ${algorithm}: ${limit}\n`);
  const worse = comparison?.algorithms.some(({ judgement }) => judgement === "worse") ?? false;
  return broken.length > 0 || worse ? EXIT.difference : EXIT.ok;
}

function print(
  ctx: CommandContext,
  report: BenchReport,
  comparison: RunComparison | undefined,
  configured: ConfiguredScenario | undefined,
): void {
  printReport(report, ctx.stdout);
  if (configured !== undefined) {
    const text = [...configured.origin, adviceOf(report, configured)].join(" ");
    ctx.stdout.write(`\n${wrap(text, ctx.stdout.columns)}\n`);
  }
  if (comparison !== undefined) printComparison(comparison, ctx.stdout);
}

function jsonOf(
  report: BenchReport,
  comparison: RunComparison | undefined,
  configured: ConfiguredScenario | undefined,
): object {
  return {
    ...report,
    // What was observed is part of what was simulated: without it the run could not be repeated.
    ...(configured?.observed && { setup: { ...report.setup, observed: configured.observed } }),
    ...(configured && { configured: { service: configured.service, algorithm: configured.algorithm.name } }),
    ...(comparison && { comparison }),
  };
}

/** Which line of the config to change, if any. */
function adviceOf({ results, verdict }: BenchReport, { service, algorithm: { name } }: ConfiguredScenario): string {
  const line = `services.${service}.algorithm`;
  if (!results.some((result) => result.algorithm === name)) return `${line} is ${name}, which did not run here.`;
  if (verdict.leaders.includes(name)) return `${line} is ${name}: none did better.`;
  return `${line} is ${name}. To change it, write: algorithm: ${verdict.leaders[0]}`;
}

export interface Subject {
  readonly scenario: Scenario | string | undefined;
  readonly configured?: ConfiguredScenario;
}

/** What is simulated: a scenario by name, one in a file, or a service of the config; an exit code if that is wrong. */
export async function subjectOf(
  ctx: CommandContext,
  { scenario, fromConfig, config }: BenchArgs,
): Promise<Subject | number> {
  if (fromConfig !== undefined) {
    const configured = await scenarioFromConfig(ctx, config, fromConfig);
    return typeof configured === "number" ? configured : { scenario: configured.scenario, configured };
  }
  if (scenario === undefined || !isScenarioFile(scenario)) return { scenario };
  const read = await readScenario(ctx, scenario);
  return read === undefined ? EXIT.config : { scenario: read };
}

/** All that were asked for, the configured one with the options that it has there. */
export function withConfigured(
  names: readonly string[] | undefined,
  configured: ConfiguredScenario | undefined,
): readonly AlgorithmChoice[] | undefined {
  if (configured === undefined) return names;
  const { name, options } = configured.algorithm;
  return (names ?? ALGORITHM_NAMES).map((each) => (each === name ? { name, options, parsed: true } : each));
}

/** Holds the simulator against theory, and prints the table. @returns 1 if they do not agree */
export async function runValidation(
  ctx: CommandContext,
  { seed, json = false, html, csv }: BenchArgs,
): Promise<number> {
  if ((html ?? csv) !== undefined) throw new UsageError("--html and --csv show a comparison: leave --validate out.");
  const progress = createProgressLine(ctx);
  const onProgress = ({ title, done, total }: { title: string; done: number; total: number }) =>
    progress.update({ algorithm: title, done, total });
  const report = await validate({ seed, onProgress }).finally(progress.clear);
  if (json) writeJson(ctx.stdout, report);
  else printValidation(report, ctx.stdout);
  return report.ok ? EXIT.ok : EXIT.failure;
}
