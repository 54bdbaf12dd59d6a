import { z } from "zod";
import { httpUrlSchema } from "../shared/address-schema.ts";

/** One entry of `consumers:`. */
export const consumerSchema = z.strictObject({
  name: z.string().min(1).describe("Its name in logs, metrics and `x-consumer-name`."),
  roles: z.array(z.string().min(1)).default([]).describe("Roles, for `authorize`."),
  apiKeys: z
    .array(
      z.string().regex(/^sha256:[0-9a-f]{64}$/, {
        error: "must be the SHA-256 of a key, as `gatewayctl key` prints it: sha256: and 64 hex digits",
      }),
    )
    .default([])
    .describe("Hashes of its API keys, from `gatewayctl key`."),
  basic: z
    .strictObject({
      username: z
        .string()
        .regex(/^[^:]+$/, { error: "must be a user name without a colon" })
        .describe("User name."),
      password: z
        .string()
        .regex(/^scrypt:.+$/, { error: "must be a hash, as `gatewayctl key` prints it: scrypt:…" })
        .describe("Hash of the password, from `gatewayctl key`."),
    })
    .optional()
    .describe("User name and password (RFC 7617)."),
});

/** `consumers:` who may call. */
export const consumersSchema = z.array(consumerSchema).default([]).describe("Who may call, with their credentials.");

/** "2": versions are names. A bare number would lose digits (1.10 is 1.1). */
export const versionNameSchema = z
  .string({ error: 'must be a text: write it in quotes, as in "2"' })
  .regex(/^[A-Za-z0-9._-]+$/, { error: "must consist of letters, digits, dots, hyphens and underscores" });

const A_VERSION_SOURCE = "must be path, media-type, header:NAME or query:NAME";
const date = z.iso.date({ error: "must be a date, as in 2026-06-01" });

/** `versioning:` where a request names the API version, and which there are. */
export const versioningSchema = z
  .strictObject({
    from: z
      .array(
        z
          .string({ error: A_VERSION_SOURCE })
          .regex(/^(?:path|media-type|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+|query:.+)$/, { error: A_VERSION_SOURCE }),
      )
      .min(1)
      .default(["path"])
      .describe(
        "Where a request names its version: path (/v1/…), header:NAME, query:NAME, media-type (application/vnd.x.v1+json, " +
          "or ;version=1). The first in this order that names one counts; the others are not looked at.",
      ),
    default: versionNameSchema.optional().describe("The version of a request that names none."),
    versions: z
      .record(
        versionNameSchema,
        z.strictObject({
          deprecated: date
            .optional()
            .describe("Since when it is deprecated: responses say so in Deprecation (RFC 9745)."),
          sunset: date
            .optional()
            .describe(
              "When it goes away: responses say so in Sunset (RFC 8594). It is served until it is taken out here.",
            ),
          link: httpUrlSchema.optional().describe("Where the successor is described: responses name it in Link."),
        }),
      )
      .describe("The versions that exist."),
  })
  .optional()
  .describe("API versions.");
