import { z } from "zod";

const values = z.record(z.string().min(1), z.string()).default({});

const fieldsSchema = z.strictObject({
  set: values.describe("Name → value: replaces what is there."),
  add: values.describe("Name → value: added to what is there."),
  remove: z.array(z.string().min(1)).default([]).describe("Names that are removed."),
  rename: values.describe("Name → new name."),
});

const format = z.enum(["json", "xml"]);

const bodySchema = z
  .strictObject({
    from: format.optional().describe("What the body is."),
    to: format.optional().describe("What it becomes."),
    root: z.string().min(1).optional().describe("Name of the XML root element."),
    map: z.string().min(1).optional().describe("A JSONata expression over the parsed body."),
  })
  .refine((body) => Object.keys(body).length > 0, { error: "needs from and to, or map" });

/** `transform`: header fields, query parameters and bodies, on the way in and on the way out. */
export const transformSchema = z
  .strictObject({
    request: z
      .strictObject({
        headers: fieldsSchema.optional().describe("Header fields of the request."),
        query: fieldsSchema.optional().describe("Query parameters."),
        body: bodySchema.optional().describe("The request's body."),
      })
      .optional()
      .describe("What is changed on the way to the endpoint."),
    response: z
      .strictObject({
        headers: fieldsSchema.optional().describe("Header fields of the response."),
        body: bodySchema.optional().describe("The response's body."),
      })
      .optional()
      .describe("What is changed on the way to the client."),
  })
  .refine((value) => Object.keys(value).length > 0, { error: "needs request or response" });
