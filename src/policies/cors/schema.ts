import { z } from "zod";
import { durationSchema } from "../../shared/schema.ts";

const originSchema = z.string().refine(isOrigin, {
  error: 'must be an origin, as in http://localhost:5173 (no path), or "*"',
});

const fieldNameSchema = z
  .string()
  .regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'must be the name of a header field, or "*"' });

/** `cors`: which web pages of other origins may read responses (Fetch standard, section 3.2). */
export const corsSchema = z
  .strictObject({
    origins: z.array(originSchema).min(1).describe("Origins that may read responses; `*` for any."),
    methods: z
      .array(z.string().regex(/^[A-Z]+$/, { error: "must be a method in capitals, as in GET" }))
      .default(["GET", "HEAD", "POST"])
      .describe("Methods that a preflight allows."),
    headers: z
      .array(fieldNameSchema)
      .default([])
      .describe("Request header fields that a preflight allows; `*` for any that it asks for, Authorization too."),
    exposed: z
      .array(fieldNameSchema)
      .default([])
      .describe("Response header fields that the page may read; `*` for all, without credentials."),
    credentials: z.boolean().default(false).describe("Whether cookies and Authorization may be sent along."),
    maxAge: durationSchema.optional().describe("How long a browser may keep a preflight's answer."),
  })
  .refine((cors) => !(cors.credentials && cors.origins.includes("*")), {
    error: 'cannot be true with origins: ["*"]: browsers refuse the pair',
    path: ["credentials"],
    params: { code: "GW0111" },
  })
  .refine((cors) => !(cors.credentials && cors.exposed.includes("*")), {
    error: 'cannot be ["*"] with credentials: browsers then look for a field of that name',
    path: ["exposed"],
    params: { code: "GW0111" },
  });

function isOrigin(text: string): boolean {
  if (text === "*") return true;
  return URL.canParse(text) && new URL(text).origin === text;
}
