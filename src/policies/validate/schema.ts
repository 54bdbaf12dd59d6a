import { z } from "zod";

const jsonSchema = z
  .union([z.record(z.string(), z.unknown()), z.string().min(1)], { error: "must be a JSON Schema, or a file with one" })
  .optional();

/** `validate`: requests that break an OpenAPI document, or a JSON Schema, are refused. */
export const validateSchema = z
  .strictObject({
    openapi: z.string().min(1).optional().describe("An OpenAPI document: YAML or JSON."),
    body: jsonSchema.describe("JSON Schema of the body, or a file with one."),
    query: jsonSchema.describe("JSON Schema of the query parameters, or a file with one."),
    headers: jsonSchema.describe("JSON Schema of the header fields, or a file with one."),
    params: jsonSchema.describe("JSON Schema of the path's captures, or a file with one."),
  })
  .refine((value) => Object.keys(value).length > 0, {
    error: "needs openapi, or at least one of body, query, headers and params",
  });
