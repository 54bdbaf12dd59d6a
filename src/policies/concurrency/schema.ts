import { z } from "zod";
import { countSchema } from "../../shared/address-schema.ts";
import { durationSchema } from "../../shared/schema.ts";

/** `concurrency`: how many requests may be in flight at once; the others wait their turn. */
export const concurrencySchema = z.strictObject({
  limit: countSchema.describe("Requests in flight at once."),
  queue: z.int().min(0).default(0).describe("How many more may wait."),
  timeout: durationSchema.prefault("2s").describe("How long one may wait."),
});
