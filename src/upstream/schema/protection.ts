import { z } from "zod";
import { countSchema } from "../../shared/address-schema.ts";
import { durationSchema, percentSchema, switchable } from "../../shared/schema.ts";
import { positiveDuration } from "./positive-duration.ts";

/** `sticky:`: a client stays with its endpoint. Without `ttl` it is a session cookie. */
export const stickySchema = switchable(
  z.strictObject({
    cookie: z
      .string()
      .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "must be a cookie name (an RFC 9110 token)" })
      .describe("Name of the signed cookie."),
    ttl: positiveDuration.optional().describe("How long the client stays; without it until its browser closes."),
  }),
  "must be false, or { cookie, ttl }",
)
  .default(false)
  .describe("A client stays with its endpoint while that is eligible.");

const successRateSchema = switchable(
  z.strictObject({
    interval: positiveDuration.prefault("10s").describe("How often success rates are compared."),
    minimumEndpoints: countSchema.default(3).describe("Never with fewer endpoints than this to compare."),
    minimumRequests: countSchema.default(20).describe("Endpoints with fewer requests in the interval are left out."),
    deviations: z.number().positive().default(1.9).describe("How many standard deviations below the mean are too far."),
  }),
  "must be false, or { interval, minimumEndpoints, minimumRequests, deviations }",
)
  .default(false)
  .describe("Also eject endpoints that fail much more often than the others.");

/** `outlier:`: endpoints that fail on real traffic are put aside for a time. */
export const outlierSchema = switchable(
  z.strictObject({
    consecutiveErrors: countSchema.default(5).describe("Errors in a row that eject an endpoint."),
    ejectFor: positiveDuration.prefault("10s").describe("How long; times the number of ejections."),
    maxEjectFor: positiveDuration.prefault("5m").describe("At most this long."),
    maxEjected: percentSchema
      .prefault("50%")
      .describe("Never more of the endpoints than this, and never the last one."),
    successRate: successRateSchema,
  }),
  "must be false, or { consecutiveErrors, ejectFor, maxEjectFor, maxEjected, successRate }",
)
  .default(false)
  .describe("Passive check: ejects endpoints on real traffic.");

/** `panicThreshold:` as a fraction; 0 switches it off. */
export const panicThresholdSchema = z
  .union([percentSchema, z.literal(0), z.literal(false)], { error: "must be a percentage, or 0 to turn it off" })
  .prefault("50%")
  .transform((value) => (value === false ? 0 : value))
  .describe("Fewer endpoints healthy than this: health is ignored and all are used. 0 turns it off.");

/** `breaker:`: a service that fails is given a rest. */
export const breakerSchema = switchable(
  z.strictObject({
    errorRate: percentSchema.prefault("50%").describe("Share of errors that opens it."),
    minimumRequests: countSchema.default(20).describe("Never opens on fewer requests than this."),
    window: positiveDuration.prefault("10s").describe("Over which the share is taken."),
    openFor: positiveDuration.prefault("10s").describe("How long it refuses before it lets some through."),
    halfOpenRequests: countSchema.default(1).describe("How many it lets through to see."),
  }),
  "must be false, or { errorRate, minimumRequests, window, openFor, halfOpenRequests }",
)
  .default(false)
  .describe("Circuit breaker of the whole service.");

/** `limits:` of a service; a limit that is not given is none. */
export const serviceLimitsSchema = switchable(
  z.strictObject({
    connections: countSchema.optional().describe("Connections open to all endpoints together."),
    requests: countSchema.optional().describe("Requests in flight at once."),
    pending: z
      .int()
      .min(0, { error: "must be 0 or more" })
      .optional()
      .describe("Requests that may wait for one of those; 0: none does."),
    queueTimeout: positiveDuration.prefault("5s").describe("How long one waits; then 503."),
  }),
  "must be false, or { connections, requests, pending, queueTimeout }",
)
  .default(false)
  .describe("Concurrency limits of the service.");

/** `slowStart:` in ms; 0 if off. */
export const slowStartSchema = z
  .union([durationSchema, z.literal(false)], { error: "must be a duration, or false" })
  .default(0)
  .transform((value) => (value === false ? 0 : value))
  .describe("An endpoint that comes back gets its full share only after this long.");

const percentileSchema = z
  .string()
  .regex(/^p(?:[1-9]|[1-9]\d(?:\.\d)?)$/)
  .transform((text) => ({ percentile: Number(text.slice(1)) / 100 }));

/** `hedge:`: a second try when the first is slower than a time, or than a percentile of recent ones. */
export const hedgeSchema = switchable(
  z.strictObject({
    after: z
      .union([percentileSchema, positiveDuration.transform((ms) => ({ ms }))], {
        error: "must be a percentile (p95) or a duration (200ms)",
      })
      .describe("When the second try starts: p95, or 200ms."),
  }),
  "must be false, or { after }",
)
  .default(false)
  .describe("A second try when the first is slow; the first answer wins.");
