import { z } from "zod";
import { durationSchema, sizeSchema } from "../../shared/schema.ts";
import { RESERVED_NAMES } from "./part-template.ts";

const A_PATH = 'must be a path that begins with "/", of visible ASCII, with a query if need be, and without "#"';
const A_NAME = "must be a name of letters, digits, hyphens and underscores that begins with a letter";
const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "QUERY"] as const;

/** Statuses of a part that are the client's to know: who it is, what it may, what there is, and how often. */
const PASSED = [401, 403, 404, 410, 429];

/** Framing, what the gateway says of the client itself, and what it has agreed on with the service. */
const NOT_FOR_PARTS =
  /^(?:host|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|content-length|expect|via|forwarded|x-forwarded-.*|x-real-ip|x-request-id|x-consumer-.*|accept-encoding|max-forwards)$/i;

const fieldName = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "must be a header field name" })
  .refine((name) => !NOT_FOR_PARTS.test(name), { error: "is a field that the gateway itself sets" });

const fieldTemplate = z
  .string()
  .regex(/^[\t\x20-\x7e]*$/, { error: "must be a header field value, on one line, of visible ASCII" });

/** One part of a composition. */
const partSchema = z.strictObject({
  service: z.string({ error: "must be the name of a service" }).min(1).describe("The service that is asked."),
  path: z
    .string({ error: A_PATH })
    .regex(/^\/[!"$-~]*$/, { error: A_PATH })
    .describe(
      "Path and query. {NAME} is a capture of the route; {query.NAME}, {header.NAME}, {claim.NAME} and {consumer} are the client's; {PART.body.FIELD} and {PART.status} another part's, which is asked first.",
    ),
  method: z
    .enum(METHODS, { error: `must be one of ${METHODS.join(", ")}` })
    .default("GET")
    .describe("The method that it is asked with. Others than GET and HEAD are given the client's body."),
  headers: z
    .record(fieldName, fieldTemplate)
    .default({})
    .describe("Header fields, in place of the client's of these names; filled in like `path`."),
  optional: z.boolean().default(false).describe("Whether the response may do without this part: it is null then."),
  fallback: z
    .unknown()
    .optional()
    .describe("What stands in the response where the part fails: any value. Makes it optional."),
  pass: z
    .array(z.int().min(400, { error: "must be a status from 400 to 599" }).max(599))
    .default(PASSED)
    .describe("Statuses of this part, if it is not optional, that become the whole response's; others come to 502."),
  timeout: durationSchema.optional().describe("How long this part may take, its body included."),
  maxBytes: sizeSchema.prefault("1MiB").describe("The longest body that is taken."),
});

const partName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_-]*$/, { error: A_NAME })
  .refine((name) => !(RESERVED_NAMES as readonly string[]).includes(name), {
    error: `must not be one of ${RESERVED_NAMES.join(", ")}, which stand for what the client sent`,
  });

/** `compose:` of a route: its parts, by the name that each has in the response. */
export const composeSchema = z.record(partName, partSchema);

/** A part as written, normalised. */
export type ComposedPart = z.output<typeof partSchema>;
