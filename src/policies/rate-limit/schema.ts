import { z } from "zod";
import { countSchema } from "../../shared/address-schema.ts";
import { durationSchema } from "../../shared/schema.ts";

const A_SUBJECT = "must be ip, consumer, header:NAME, claim:NAME, route, service or global";

const rateLimitRule = z.strictObject({
  limit: countSchema.describe("Requests allowed in each window."),
  window: durationSchema.describe("The window that `limit` is counted over."),
  burst: countSchema
    .optional()
    .describe("token-bucket: the bucket's capacity (default: limit); leaky-bucket: how many requests may wait."),
  by: z
    .string({ error: A_SUBJECT })
    .regex(/^(?:ip|consumer|route|service|global|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|claim:.+)$/, { error: A_SUBJECT })
    .default("ip")
    .describe("What is counted: ip (IPv6 by /64), consumer, header:NAME, claim:NAME, route, service or global."),
  algorithm: z
    .enum(["fixed-window", "sliding-window", "token-bucket", "leaky-bucket"])
    .default("token-bucket")
    .describe("How it is counted. `leaky-bucket` delays instead of refusing at once."),
  headers: z
    .enum(["draft", "legacy", "none"])
    .default("draft")
    .describe("Which response fields tell: RateLimit and RateLimit-Policy; X-RateLimit-*; or none."),
  mode: z.enum(["enforce", "shadow"]).default("enforce").describe("`shadow` counts and reports, and never denies."),
});

/** `rateLimit`: one rule or a list of them. Output: always a list. */
export const rateLimitSchema = z
  .union([rateLimitRule, z.array(rateLimitRule).min(1)], {
    error: "must be { limit, window } or a list of them",
  })
  .transform((value) => (Array.isArray(value) ? value : [value]));

/** Whether a rule needs to know who the caller is, and so comes after `authenticate`. */
export function countsByIdentity(by: string): boolean {
  return by === "consumer" || by.startsWith("claim:");
}
