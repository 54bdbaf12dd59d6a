import type { StartGateway } from "../../../../lab/live/bench-gateway.ts";
import { brokenLimits, parseLimit } from "../../../../lab/report/limits.ts";
import { EXIT } from "../../../../shared/errors/entry.ts";
import type { CommandContext } from "../../../context.ts";
import { writeJson } from "../../../ui/json.ts";
import { createStyle } from "../../../ui/style.ts";
import type { BenchArgs } from "../args.ts";
import { prepareReportFiles } from "../report-files.ts";
import { isScenarioFile, readScenario } from "../scenario-file.ts";
import type { LiveArgs } from "./options.ts";
import { printLiveReport } from "./print.ts";
import { runLiveBench } from "./run.ts";

/**
 * Sends the load, prints what came of it, and holds it against limits.
 * @param startGateway where the gateway runs, if not in a process of its own
 * @returns 2 if a limit is broken, 65 if the config or the scenario's file is wrong
 */
export async function benchLive(
  ctx: CommandContext,
  args: BenchArgs & LiveArgs,
  startGateway?: StartGateway,
): Promise<number> {
  const limits = (args.failIf ?? []).map(parseLimit);
  const files = await prepareReportFiles(ctx, args);
  const { scenario: name } = args;
  const scenario = name !== undefined && isScenarioFile(name) ? await readScenario(ctx, name) : name;
  if (scenario === undefined && name !== undefined) return EXIT.config;
  const report = await runLiveBench(ctx, args, scenario, startGateway);
  if (typeof report === "number") return report;
  if (args.json === true) writeJson(ctx.stdout, report);
  else if (!files.takeStdout) printLiveReport(report, ctx.stdout);
  await files.write(report);
  const broken = brokenLimits(limits, report.results);
  const style = createStyle(ctx.stderr);
  for (const { algorithm, limit } of broken) ctx.stderr.write(`${style.bad("failed")} ${algorithm}: ${limit}\n`);
  return broken.length > 0 ? EXIT.difference : EXIT.ok;
}
