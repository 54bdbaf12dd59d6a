import { constants } from "node:fs";
import { access, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import type { AnyReport } from "../../../lab/report/any-report.ts";
import type { PageFacts } from "../../../lab/report/html/page.ts";
import { GatewayError } from "../../../shared/errors/gateway-error.ts";
import type { CommandContext } from "../../context.ts";
import { UsageError } from "../../usage-error.ts";
import { packageVersion } from "../../version.ts";
import { commandLine } from "./command-line.ts";
import type { ReportArgs } from "./report-options.ts";

/** The files that a report is to be written to. */
export interface ReportFiles {
  /** Does one of them go to standard output, where nothing else may then be written? */
  readonly takeStdout: boolean;
  /** Writes them all. @throws GatewayError GW0016 */
  write(report: AnyReport, configured?: PageFacts["configured"]): Promise<void>;
}

/**
 * What `--html` and `--csv` ask for, looked at before anything runs: a bench may take minutes, and its figures must not
 * be lost because a folder is missing.
 * @throws UsageError if two things would go to standard output
 * @throws GatewayError GW0016 if a file could not be written
 */
export async function prepareReportFiles(
  ctx: CommandContext,
  args: ReportArgs & { readonly json?: boolean },
): Promise<ReportFiles> {
  const { html, csv, json = false } = args;
  const onStdout = [html, csv].filter((name) => name === "-").length;
  if (onStdout + Number(json) > 1)
    throw new UsageError("Only one of --json, --html and --csv can go to standard output.");
  for (const name of [html, csv]) if (name !== undefined && name !== "-") await checkWritable(ctx, name);
  return {
    takeStdout: onStdout > 0,
    async write(report, configured) {
      if (html !== undefined) {
        const { reportPage } = await import("../../../lab/report/html/page.ts");
        const facts = { command: commandLine({ ...args }), version: packageVersion(), configured };
        await writeReport(ctx, html, reportPage(report, facts));
      }
      if (csv !== undefined) {
        const { reportCsv } = await import("../../../lab/report/csv.ts");
        await writeReport(ctx, csv, reportCsv(report));
      }
    },
  };
}

async function checkWritable(ctx: CommandContext, name: string): Promise<void> {
  const file = resolve(ctx.cwd, name);
  const there = await stat(file).catch(() => undefined);
  if (there?.isDirectory()) throw cannotWrite(name, "it is a folder");
  await access(there === undefined ? dirname(file) : file, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    const missing = error.code === "ENOENT" ? `there is no folder ${dirname(name)}` : error.message;
    throw cannotWrite(name, missing, error);
  });
}

async function writeReport(ctx: CommandContext, name: string, text: string): Promise<void> {
  if (name === "-") return ctx.stdout.write(text);
  const file = resolve(ctx.cwd, name);
  try {
    const there = await stat(file).catch(() => undefined);
    // A pipe or a device is written to; another file must not take its place.
    if (there !== undefined && !there.isFile()) await writeFile(file, text);
    else await replaceFile(file, text);
  } catch (error) {
    throw cannotWrite(name, (error as Error).message, error);
  }
  ctx.stderr.write(`Report written to ${name}\n`);
}

/** Whoever looks at the file sees the old report or the new one, never half of it. */
async function replaceFile(file: string, text: string): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${process.pid}.tmp`);
  try {
    await writeFile(draft, text, { flag: "wx" });
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function cannotWrite(name: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError("GW0016", `Cannot write ${name}: ${why}.`, { cause });
}
