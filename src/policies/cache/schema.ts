import { z } from "zod";
import { durationSchema, sizeSchema } from "../../shared/schema.ts";

/** `cache`: a shared cache for responses (RFC 9111, RFC 5861). */
export const cacheSchema = z.strictObject({
  ttl: durationSchema
    .optional()
    .describe("Freshness where the response gives none; never overrides private or no-store."),
  methods: z
    .array(z.enum(["GET", "HEAD"]))
    .min(1)
    .default(["GET", "HEAD"])
    .describe("Methods that are answered with what is kept. What is kept are responses to GET."),
  vary: z.array(z.string().min(1)).default([]).describe("Request fields that are part of the key, besides Vary."),
  staleWhileRevalidate: durationSchema
    .optional()
    .describe("How long a stale response serves while a fresh one is fetched, where the response does not say."),
  staleIfError: durationSchema
    .optional()
    .describe("How long a stale response serves while the service fails, where the response does not say."),
  maxEntryBytes: sizeSchema
    .prefault("1MiB")
    .describe("Larger responses are not kept. All routes of a gateway together keep 64 MiB in memory."),
});
