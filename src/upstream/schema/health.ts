import { z } from "zod";
import { switchable } from "../../shared/schema.ts";
import { positiveDuration } from "./positive-duration.ts";

/** Statuses from `from` to `to`, both included. */
export interface StatusRange {
  readonly from: number;
  readonly to: number;
}

/** An active check. Times in ms. */
export interface HealthSpec {
  /** What is asked: an HTTP path, or only that the port accepts a connection. */
  readonly check: { readonly kind: "http"; readonly path: string } | { readonly kind: "tcp" };
  /** From the begin of one check to the begin of the next. */
  readonly interval: number;
  readonly timeout: number;
  /** Checks passed in a row that bring an endpoint back. */
  readonly rise: number;
  /** Checks failed in a row that put an endpoint aside. */
  readonly fall: number;
  readonly expect: readonly StatusRange[];
}

const EXPECT_FORMS = "must be a status (200), a range (200-399), or a list of those";

function parseRange(value: string | number): StatusRange | undefined {
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(String(value));
  if (match === null) return undefined;
  const from = Number(match[1]);
  const to = match[2] === undefined ? from : Number(match[2]);
  return from <= to ? { from, to } : undefined;
}

const rangeSchema = z
  .union([z.string(), z.number()], { error: EXPECT_FORMS })
  .refine((value) => parseRange(value) !== undefined, { error: EXPECT_FORMS })
  .transform((value) => parseRange(value) as StatusRange);

const expectSchema = z.union([rangeSchema.transform((range) => [range]), z.array(rangeSchema).min(1)], {
  error: EXPECT_FORMS,
});

const countSchema = z.int().min(1).max(100);

const sectionSchema = z
  .strictObject({
    path: z
      .string()
      .regex(/^\/[\x21-\x7e]*$/, { error: "must be a path that begins with /, percent-encoded" })
      .optional()
      .describe("Path that is asked with GET."),
    tcp: z
      .literal(true)
      .optional()
      .describe("Only that the port accepts a connection; with https:// or http2, that TLS or HTTP/2 begins on it."),
    interval: positiveDuration.prefault("2s").describe("From one check to the next."),
    timeout: positiveDuration.prefault("1s").describe("No answer within this: failed."),
    rise: countSchema.default(1).describe("Checks passed in a row that bring an endpoint back."),
    fall: countSchema.default(2).describe("Checks failed in a row that put an endpoint aside."),
    expect: expectSchema.prefault("200-399").describe("Statuses that pass: 200, 200-399, or a list."),
  })
  .superRefine((health, context) => {
    const given = Number(health.path !== undefined) + Number(health.tcp !== undefined);
    if (given === 1) return;
    const message = given === 0 ? "needs `path: /…` or `tcp: true`" : "takes `path` or `tcp: true`, not both";
    context.addIssue({ code: "custom", message, params: { code: given === 0 ? "GW0104" : "GW0111" } });
  })
  .transform(
    ({ path, tcp: _tcp, ...rest }): HealthSpec => ({
      check: path === undefined ? { kind: "tcp" } : { kind: "http", path },
      ...rest,
    }),
  );

/** `health:` of a service. Off unless given. */
export const healthSchema = switchable(sectionSchema, "must be false, or { path } or { tcp: true } with options")
  .default(false)
  .describe("Active check of every endpoint.");
