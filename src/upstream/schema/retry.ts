import { z } from "zod";
import { durationSchema, percentSchema, switchable } from "../../shared/schema.ts";

/** What may be tried again: a way a try can end, or a status that the endpoint answered. */
export type RetryCondition = "connect-failure" | "reset" | number;

/** When a request is tried again on another endpoint. */
export interface RetrySpec {
  /** *Extra* tries; 0 switches off. */
  readonly attempts: number;
  readonly on: readonly RetryCondition[];
  /** Retries per request over the last ten seconds, as a fraction. */
  readonly budget: number;
  /** Ceiling of the first random delay, in ms; doubles up to ten times itself. */
  readonly backoff: number;
  /** Also try methods again that are not idempotent. The user's explicit word. */
  readonly nonIdempotent: boolean;
}

const conditionSchema = z.union([z.enum(["connect-failure", "reset"]), z.int().min(400).max(599)], {
  error: "must be connect-failure, reset, or a status from 400 to 599",
});

const sectionSchema = z.strictObject({
  attempts: z.int().min(0).max(10).default(2).describe("Extra tries; 0 switches off."),
  on: z
    .array(conditionSchema)
    .default(["connect-failure", "reset"])
    .describe("What is tried again: connect-failure, reset, or statuses."),
  budget: percentSchema.prefault("20%").describe("Retries as a share of requests, over ten seconds."),
  backoff: durationSchema.prefault("25ms").describe("Ceiling of the first delay; doubles, up to ten times itself."),
  nonIdempotent: z.boolean().default(false).describe("Also try POST and PATCH again. Only if the service can bear it."),
});

/** `retry:` of a service; `false` is `attempts: 0`. */
export const retrySchema = switchable(
  sectionSchema,
  "must be false, or { attempts, on, budget, backoff, nonIdempotent }",
)
  .prefault({})
  .transform((value): RetrySpec => (value === false ? { ...sectionSchema.parse({}), attempts: 0 } : value))
  .describe("Trying again on another endpoint, where that is safe.");
