import { z } from "zod";
import { sizeSchema } from "../../shared/schema.ts";

/** `compress`: response compression, by Accept-Encoding. */
export const compressSchema = z.strictObject({
  encodings: z
    .array(z.enum(["br", "gzip", "deflate", "zstd"]))
    .min(1)
    .default(["br", "gzip"])
    .describe("Encodings offered, the preferred one first."),
  minBytes: sizeSchema.prefault("1KiB").describe("Smaller responses are left as they are."),
});
