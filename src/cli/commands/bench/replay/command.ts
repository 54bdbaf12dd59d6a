import { resolve } from "node:path";
import { readRecord } from "../../../../lab/replay/read-record.ts";
import { replay } from "../../../../lab/replay/replay.ts";
import { compareRuns } from "../../../../lab/report/compare.ts";
import { brokenLimits, parseLimit } from "../../../../lab/report/limits.ts";
import { EXIT } from "../../../../shared/errors/entry.ts";
import type { CommandContext } from "../../../context.ts";
import { writeJson } from "../../../ui/json.ts";
import { createStyle } from "../../../ui/style.ts";
import type { BenchArgs } from "../args.ts";
import { printComparison } from "../comparison.ts";
import { createProgressLine } from "../progress.ts";
import { prepareReportFiles } from "../report-files.ts";
import { readSavedReport } from "../saved-report.ts";
import { parseAlgorithms } from "../values.ts";
import type { ReplayArgs } from "./options.ts";
import { printReplay } from "./print.ts";

/**
 * Replays recorded traffic, prints what came of it, and holds it against limits and against an earlier run.
 * @returns 2 if a limit is broken or an algorithm has become worse
 * @throws GatewayError GW0024 for a record that cannot be read, GW0002 for one of which there is nothing to say
 */
export async function benchReplay(ctx: CommandContext, args: BenchArgs & ReplayArgs): Promise<number> {
  const { replay: file = "", algo = "all", json = false, failIf = [], compare, service, seed, last: lastMs } = args;
  const limits = failIf.map(parseLimit);
  const earlier = compare === undefined ? undefined : await readSavedReport(ctx, compare, "replay");
  const files = await prepareReportFiles(ctx, args);
  const record = await readRecord(resolve(ctx.cwd, file), file);
  const progress = createProgressLine(ctx, "replaying with");
  const options = { service, algorithms: parseAlgorithms(algo), seed, lastMs, onProgress: progress.update };
  const report = await replay(record, options).finally(progress.clear);
  const comparison = earlier && compareRuns(earlier, report);
  const broken = brokenLimits(limits, report.results);
  if (json) writeJson(ctx.stdout, { ...report, ...(comparison && { comparison }) });
  else if (!files.takeStdout) {
    printReplay(report, ctx.stdout);
    if (comparison !== undefined) printComparison(comparison, ctx.stdout);
  }
  await files.write(report);
  const style = createStyle(ctx.stderr);
  for (const { algorithm, limit } of broken) ctx.stderr.write(`${style.bad("failed")} ${algorithm}: ${limit}\n`);
  const worse = comparison?.algorithms.some(({ judgement }) => judgement === "worse") ?? false;
  return broken.length > 0 || worse ? EXIT.difference : EXIT.ok;
}
