import { z } from "zod";
import { DURATION_PATTERN, parseDuration } from "./duration.ts";
import { parseSize, SIZE_PATTERN } from "./size.ts";

/** "250ms", "5s", "1m", "1h", "1d" → milliseconds. */
export const durationSchema = z
  .string()
  .regex(DURATION_PATTERN, { error: "must be a duration: a number and ms, s, m, h or d, as in 250ms or 5s" })
  .transform((text) => parseDuration(text) ?? 0);

/** "16KiB", "10MiB" → bytes. */
export const sizeSchema = z
  .string()
  .regex(SIZE_PATTERN, { error: "must be a size: a number and B, KB, KiB, MB, MiB or GiB, as in 16KiB" })
  .refine((text) => parseSize(text) !== undefined, { error: "must be a whole number of bytes" })
  .transform((text) => parseSize(text) ?? 0);

/** "50%" → 0.5. */
export const percentSchema = z
  .string()
  .regex(/^(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)%$/, { error: "must be a percentage from 0% to 100%" })
  .transform((text) => Number(text.slice(0, -1)) / 100);

/** A section that `false` switches off. */
export function switchable<S extends z.ZodType>(section: S): z.ZodUnion<[z.ZodLiteral<false>, S]> {
  return z.union([z.literal(false), section]);
}
