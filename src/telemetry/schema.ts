import { z } from "zod";
import { httpUrlSchema } from "../shared/address-schema.ts";
import { percentSchema, switchable } from "../shared/schema.ts";

const fieldNameSchema = z
  .string()
  .min(1)
  .transform((name) => name.toLowerCase());

const accessLogSchema = z.strictObject({
  format: z
    .enum(["json", "pretty"])
    .optional()
    .describe("`json`: one JSON object a line; `pretty`: for eyes. Default: pretty on a terminal, json otherwise."),
  path: z.string().min(1).default("-").describe("The file to append to; `-` is standard output."),
  sample: percentSchema.prefault("100%").describe("The share of requests that is logged."),
  headers: z.array(fieldNameSchema).default([]).describe("Request header fields to show; none without it. JSON only."),
  redact: z
    .array(fieldNameSchema)
    .default(["authorization", "cookie"])
    .describe("Header fields whose values are never written."),
});

const tracingSchema = z.strictObject({
  otlp: httpUrlSchema.describe("The OTLP/HTTP collector that spans are sent to."),
  sample: percentSchema.prefault("100%").describe("The share of requests that is traced, unless the caller decided."),
});

/** `telemetry:`. Metrics need no key: they are on the admin port. */
export const telemetrySchema = z
  .strictObject({
    accessLog: switchable(accessLogSchema, "must be false, or { format, path, sample, redact }")
      .prefault({})
      .describe("One line for each request; `false` writes none."),
    tracing: switchable(tracingSchema, "must be false, or { otlp, sample }")
      .default(false)
      .describe("OpenTelemetry spans for each request."),
    record: z
      .union([z.literal(false), z.string().min(1)], { error: "must be a file name, or false" })
      .default(false)
      .describe(
        "File for decisions and timings, for `gatewayctl bench --replay`; relative to the config. No bodies, header fields, queries or credentials.",
      ),
  })
  .prefault({})
  .describe("Access log, tracing, and the traffic record.");

export type AccessLogOptions = Exclude<z.output<typeof telemetrySchema>["accessLog"], false>;
