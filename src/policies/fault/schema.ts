import { z } from "zod";
import { durationSchema, percentSchema } from "../../shared/schema.ts";

/** `fault`: planned failure, for tests of the callers. */
export const faultSchema = z
  .strictObject({
    delay: durationSchema.optional().describe("Wait before the request goes on."),
    abort: z.int().min(400).max(599).optional().describe("The status that is answered instead of forwarding."),
    percent: percentSchema.prefault("100%").describe("The share of requests that this happens to."),
  })
  .refine((fault) => fault.delay !== undefined || fault.abort !== undefined, { error: "needs delay, abort or both" });
