import { z } from "zod";
import { sizeSchema } from "../../shared/schema.ts";
import { CODINGS } from "./coding.ts";

const A_TYPE = "must be a media type or a range of them, as in application/json or text/*";
const TYPE = /^(?:\*\/\*|[!#$&^_.+0-9A-Za-z-]+\/(?:\*|[!#$&^_.+0-9A-Za-z-]+))$/;

/** `compress`: response compression, by Accept-Encoding. */
export const compressSchema = z.strictObject({
  encodings: z
    .array(z.enum(CODINGS))
    .min(1)
    .default(["br", "gzip"])
    .describe(
      "Encodings offered, the preferred one first: the client's weights count, this order among equal ones. `zstd` needs Node 22.15 or later, and is not offered by an earlier one.",
    ),
  minBytes: sizeSchema.prefault("1KiB").describe("Responses that are known to be smaller are left as they are."),
  types: z
    .array(
      z
        .string({ error: A_TYPE })
        .regex(TYPE, { error: A_TYPE })
        .transform((text) => text.toLowerCase()),
    )
    .min(1)
    .optional()
    .describe(
      "Media types worth it, or ranges as in text/*. Default: text, JSON, XML, JavaScript, WebAssembly, SVG, fonts and the like. Event streams and gRPC never are. A page that repeats what its request says beside a secret (a token against CSRF) tells the secret by its compressed length (BREACH): switch `compress` off for such routes.",
    ),
});
