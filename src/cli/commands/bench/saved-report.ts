import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import type { ComparableReport } from "../../../lab/report/compare.ts";
import type { CommandContext } from "../../context.ts";
import { UsageError } from "../../usage-error.ts";

/** JSON has no Infinity: what a short run cannot bound is null there. */
const interval = z.object({
  low: z
    .number()
    .nullable()
    .transform((low) => low ?? 0),
  high: z
    .number()
    .nullable()
    .transform((high) => high ?? Number.POSITIVE_INFINITY),
});

const results = z.array(
  z.looseObject({
    algorithm: z.string(),
    requests: z.number().default(0),
    errors: z.number().default(0),
    responseTime: z.looseObject({ p99: z.number() }),
    p99Interval: interval.nullish().default(null),
  }),
);

const common = { schemaVersion: z.literal(1), scenario: z.string(), requests: z.number(), results };
const setup = { endpoints: z.number(), arrivals: z.string() };

const simulated = z.looseObject({ ...setup, load: z.number(), serviceTime: z.string() });

/** What a comparison looks at; the rest of a report may be what it is. */
const savedSchema = z.discriminatedUnion("mode", [
  z.looseObject({ ...common, mode: z.literal("simulate"), setup: simulated }),
  z.looseObject({ ...common, mode: z.literal("replay"), setup: simulated }),
  z.looseObject({
    ...common,
    mode: z.literal("live"),
    setup: z.looseObject({
      ...setup,
      load: z.number().nullable(),
      serviceTime: z.string().nullable(),
      loop: z.enum(["open", "closed"]),
      rate: z.number().nullable(),
      connections: z.number(),
      durationMs: z.number(),
    }),
  }),
]);

/**
 * A report that `bench --json` has written.
 * @param mode of the run that it is to be compared with
 * @throws UsageError if the file is none, or of the other mode
 */
export async function readSavedReport(
  ctx: CommandContext,
  name: string,
  mode: ComparableReport["mode"],
): Promise<ComparableReport> {
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
  if (parsed.success) {
    if (parsed.data.mode !== mode) throw otherMode(name, parsed.data.mode, mode);
    return parsed.data as unknown as ComparableReport;
  }
  const where = parsed.error.issues[0]?.path.join(".") ?? "";
  throw new UsageError(
    `${name} is no report of bench --json${where === "" ? "" : `: ${where} is not as it should be`}.`,
  );
}

const RUNS = { simulate: "a simulation", replay: "a replay", live: "a live run" } as const;
const AGAIN = { simulate: "leave --live and --replay out", replay: "add --replay", live: "add --live" } as const;

function otherMode(name: string, saved: ComparableReport["mode"], mode: ComparableReport["mode"]): UsageError {
  return new UsageError(`${name} is of ${RUNS[saved]}, which ${RUNS[mode]} cannot be compared with: ${AGAIN[saved]}.`);
}
