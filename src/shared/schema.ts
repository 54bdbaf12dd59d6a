import { z } from "zod";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import { parseSize, SIZE_PATTERN } from "./size.ts";

const A_DURATION = "must be a duration: a number and ms, s, m, h or d, as in 250ms or 5s";
const A_SIZE = "must be a size: a number and B, KB, KiB, MB, MiB or GiB, as in 16KiB";
const A_PERCENTAGE = "must be a percentage from 0% to 100%";

/** "250ms", "5s", "1m", "1h", "1d" → milliseconds. */
export const durationSchema = z
  .string({ error: A_DURATION })
  .regex(DURATION_PATTERN, { error: A_DURATION })
  .transform((text) => parseDuration(text) ?? 0)
  .meta({ id: "duration", description: "A duration: 250ms, 5s, 1m, 1h, 1d." });

/** "16KiB", "10MiB" → bytes. */
export const sizeSchema = z
  .string({ error: A_SIZE })
  .regex(SIZE_PATTERN, { error: A_SIZE, abort: true })
  .refine((text) => parseSize(text) !== undefined, { error: "must be a whole number of bytes" })
  .transform((text) => parseSize(text) ?? 0)
  .meta({ id: "size", description: "A size: 512B, 16KiB, 10MiB, 1GB." });

/** "50%" → 0.5. */
export const percentSchema = z
  .string({ error: A_PERCENTAGE })
  .regex(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/, { error: A_PERCENTAGE })
  .transform((text) => Number(text.slice(0, -1)) / 100)
  .meta({ id: "percent", description: "A percentage: 5%, 12.5%, 100%." });

/** A section that `false` switches off. */
export function switchable<S extends z.ZodType>(section: S, error?: string): z.ZodUnion<[z.ZodLiteral<false>, S]> {
  return z.union([z.literal(false), section], error === undefined ? undefined : { error });
}
