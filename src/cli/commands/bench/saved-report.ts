import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import type { BenchReport } from "../../../lab/report/model.ts";
import type { CommandContext } from "../../context.ts";
import { UsageError } from "../../usage-error.ts";

/** What a comparison looks at; the rest of a report may be what it is. */
const savedSchema = z.looseObject({
  schemaVersion: z.literal(1),
  scenario: z.string(),
  requests: z.number(),
  setup: z.looseObject({
    endpoints: z.number(),
    load: z.number(),
    serviceTime: z.string(),
    arrivals: z.string(),
  }),
  results: z.array(
    z.looseObject({
      algorithm: z.string(),
      responseTime: z.looseObject({ p99: z.number() }),
      p99Interval: z.object({ low: z.number(), high: z.number() }).nullish().default(null),
    }),
  ),
});

/** A report that `bench --json` has written. @throws UsageError if the file is none */
export async function readSavedReport(ctx: CommandContext, name: string): Promise<BenchReport> {
  const text = await readFile(resolve(ctx.cwd, name), "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`The report ${name} cannot be read: ${error.code ?? error.message}.`);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UsageError(`${name} is not JSON: --compare takes what bench --json has written.`);
  }
  const parsed = savedSchema.safeParse(value);
  if (parsed.success) return parsed.data as unknown as BenchReport;
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new UsageError(
    `${name} is no report of bench --json${where === "" ? "" : `: ${where} is not as it should be`}.`,
  );
}
