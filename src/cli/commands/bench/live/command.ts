import type { StartGateway } from "../../../../lab/live/bench-gateway.ts";
import { compareRuns } from "../../../../lab/report/compare.ts";
import { brokenLimits, parseLimit } from "../../../../lab/report/limits.ts";
import { EXIT } from "../../../../shared/errors/entry.ts";
import type { CommandContext } from "../../../context.ts";
import { writeJson } from "../../../ui/json.ts";
import { createStyle } from "../../../ui/style.ts";
import type { BenchArgs } from "../args.ts";
import { prepareReportFiles } from "../report-files.ts";
import { printComparison } from "../comparison.ts";
import { readSavedReport } from "../saved-report.ts";
import { isScenarioFile, readScenario } from "../scenario-file.ts";
import type { LiveArgs } from "./options.ts";
import { printLiveReport } from "./print.ts";
import { runLiveBench } from "./run.ts";

/**
 * Sends the load, prints what came of it, and holds it against limits and against an earlier live run.
 * @param startGateway where the gateway runs, if not in a process of its own
 * @returns 2 if a limit is broken or an algorithm has become worse, 65 if the config or the scenario's file is wrong
 */
export async function benchLive(
  ctx: CommandContext,
  args: BenchArgs & LiveArgs,
  startGateway?: StartGateway,
): Promise<number> {
  const limits = (args.failIf ?? []).map(parseLimit);
  const files = await prepareReportFiles(ctx, args);
  const earlier = args.compare === undefined ? undefined : await readSavedReport(ctx, args.compare, "live");
  const { scenario: name } = args;
  const scenario = name !== undefined && isScenarioFile(name) ? await readScenario(ctx, name) : name;
  if (scenario === undefined && name !== undefined) return EXIT.config;
  const report = await runLiveBench(ctx, args, scenario, startGateway);
  if (typeof report === "number") return report;
  const comparison = earlier === undefined ? undefined : compareRuns(earlier, report);
  if (args.json === true) writeJson(ctx.stdout, { ...report, ...(comparison && { comparison }) });
  else if (!files.takeStdout) {
    printLiveReport(report, ctx.stdout);
    if (comparison !== undefined) printComparison(comparison, ctx.stdout);
  }
  await files.write(report);
  const broken = brokenLimits(limits, report.results);
  const style = createStyle(ctx.stderr);
  for (const { algorithm, limit } of broken) ctx.stderr.write(`${style.bad("failed")} ${algorithm}: ${limit}\n`);
  const worse = comparison?.algorithms.some(({ judgement }) => judgement === "worse") ?? false;
  return broken.length > 0 || worse ? EXIT.difference : EXIT.ok;
}
