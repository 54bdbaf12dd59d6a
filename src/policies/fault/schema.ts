import { z } from "zod";
import { headersSchema } from "../../routing/schema.ts";
import { durationSchema, percentSchema } from "../../shared/schema.ts";

/** `fault`: planned failure, for tests of the callers. */
export const faultSchema = z
  .strictObject({
    delay: durationSchema.optional().describe("Wait before the request goes on, or is answered with `abort`."),
    abort: z.int().min(400).max(599).optional().describe("The status that is answered instead of forwarding."),
    percent: percentSchema.prefault("100%").describe("The share of requests that this happens to."),
    header: headersSchema
      .optional()
      .describe(
        'Only requests that carry these, tested as in match.headers: { x-chaos: "true" }. The share is theirs.',
      ),
  })
  .refine((fault) => fault.delay !== undefined || fault.abort !== undefined, { error: "needs delay, abort or both" });
