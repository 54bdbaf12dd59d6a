import { z } from "zod";
import { countSchema } from "../../shared/address-schema.ts";
import { durationSchema } from "../../shared/schema.ts";

const A_SUBJECT = "must be ip, consumer, header:NAME, claim:NAME, route, service or global";

const rateLimitRule = z.strictObject({
  name: z
    .string()
    .regex(/^[\w.:-]{1,64}$/, { error: "must be letters, digits and _ . : -, at most 64" })
    .optional()
    .describe("What clients and metrics know the rule by. Default: `default`, or of several rules what they count by."),
  limit: countSchema.describe("Requests allowed in each window."),
  window: durationSchema
    .refine((ms) => ms > 0, { error: "must be longer than 0" })
    .describe("The window that `limit` is counted over."),
  burst: countSchema
    .optional()
    .describe("token-bucket: the bucket's capacity; leaky-bucket: how many requests may wait. Default: limit."),
  by: z
    .string({ error: A_SUBJECT })
    .regex(/^(?:ip|consumer|route|service|global|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|claim:.+)$/, { error: A_SUBJECT })
    .default("ip")
    .describe(
      "What is counted: ip (IPv6 by /64), consumer, header:NAME, claim:NAME, route, service or global. Who has no such consumer, header or claim is counted by ip.",
    ),
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

type RawRule = z.output<typeof rateLimitRule>;

/** One rule, with its name. */
export type RateLimitRule = Omit<RawRule, "name"> & { readonly name: string };

/** `rateLimit`: one rule or a list of them. Output: always a list, every rule with a name of its own. */
export const rateLimitSchema = z
  .union([rateLimitRule, z.array(rateLimitRule).min(1)], {
    error: "must be { limit, window } or a list of them",
  })
  .transform((value) => nameRules(Array.isArray(value) ? value : [value]))
  .refine((rules) => new Set(rules.map(({ name }) => name)).size === rules.length, {
    error: "has two rules of one name",
  });

/** Whether a rule needs to know who the caller is, and so comes after `authenticate`. */
export function countsByIdentity(by: string): boolean {
  return by === "consumer" || by.startsWith("claim:");
}

/** `default` for a single rule; of several `ip`, `ip-2`, `consumer`. */
function nameRules(rules: readonly RawRule[]): RateLimitRule[] {
  const taken = new Set(rules.flatMap(({ name }) => name ?? []));
  return rules.map((rule) => {
    if (rule.name !== undefined) return { ...rule, name: rule.name };
    const plain = rules.length === 1 ? "default" : rule.by.replaceAll(/[^\w.:-]/g, "_").slice(0, 56);
    let name = plain;
    for (let count = 2; taken.has(name); count++) name = `${plain}-${count}`;
    taken.add(name);
    return { ...rule, name };
  });
}
