import { z } from "zod";
import { sizeSchema } from "../../shared/schema.ts";

const jsonSchema = z
  .union([z.record(z.string(), z.unknown()), z.string().min(1)], { error: "must be a JSON Schema, or a file with one" })
  .optional();

/** `validate`: requests that break an OpenAPI document, or a JSON Schema, are refused. */
export const validateSchema = z
  .strictObject({
    openapi: z
      .string()
      .min(1)
      .optional()
      .describe("An OpenAPI document, 3.0 or 3.1: YAML or JSON. Relative to the config, like every file here."),
    body: jsonSchema.describe("JSON Schema (2020-12) of the body, or a file with one. Bodies are JSON, or a form."),
    query: jsonSchema.describe("JSON Schema of the query parameters as an object, or a file with one."),
    headers: jsonSchema.describe("JSON Schema of the header fields as an object, or a file with one."),
    params: jsonSchema.describe("JSON Schema of the path's captures as an object, or a file with one."),
    basePath: z
      .string()
      .regex(/^\/(?:[^?#\s]*[^/?#\s])?$/, { error: 'must be a path without a closing slash, as in "/v1"' })
      .optional()
      .describe("What stands before the document's paths; by default the base paths of its `servers`, or nothing."),
    undocumented: z
      .enum(["refuse", "pass"])
      .default("refuse")
      .describe("Requests for which the OpenAPI document has no operation: 404 or 405, or not looked at."),
    responses: z
      .enum(["warn", "off"])
      .default("warn")
      .describe("Count and log responses that break the OpenAPI document. They are never changed."),
    maxBytes: sizeSchema
      .prefault("1MiB")
      .describe("The longest body that is validated, as sent and once it is decoded; 413 beyond. 1MiB by default."),
    maxDepth: z.int().min(1).max(512).default(64).describe("How deep a JSON body may be nested; 64 by default."),
  })
  .refine((value) => SUBJECTS.some((key) => value[key] !== undefined), {
    error: "needs openapi, or at least one of body, query, headers and params",
  })
  .refine((value) => value.basePath === undefined || value.openapi !== undefined, {
    error: "is where an OpenAPI document's paths begin: it needs openapi",
    path: ["basePath"],
    params: { code: "GW0111" },
  });

const SUBJECTS = ["openapi", "body", "query", "headers", "params"] as const;

export type ValidateOptions = z.output<typeof validateSchema>;
