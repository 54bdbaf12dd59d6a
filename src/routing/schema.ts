import { z } from "zod";
import { networkSchema } from "../shared/address-schema.ts";
import { parseHostPattern } from "./host-pattern.ts";
import type { ClaimTest, FieldTest, HostPattern, MatchSpec, PathPattern, ValueTest } from "./match-spec.ts";
import { parsePathPattern } from "./path-pattern.ts";

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Runs a parser that answers with a value, or with a sentence about what is wrong. */
function parsed<T extends object>(parse: (text: string) => T | { readonly problem: string }) {
  return (text: string, context: z.core.$RefinementCtx<string>): T => {
    const result = parse(text);
    if (!("problem" in result)) return result;
    context.issues.push({ code: "custom", message: result.problem, input: text });
    return z.NEVER;
  };
}

function regexProblem(source: string): string | undefined {
  try {
    new RegExp(source, "u");
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const regexSchema = z
  .string({ error: "must be a regular expression, as text" })
  .min(1, { error: "must be a regular expression; an empty one would match everything" })
  .superRefine((source, context) => {
    const problem = regexProblem(source);
    if (problem === undefined) return;
    context.addIssue({
      code: "custom",
      message: `must be a regular expression: ${problem}`,
      params: { errorCode: "GW0109" },
    });
  });

const hostSchema = z
  .string({ error: "must be a host name, as in shop.localhost or *.shop.localhost" })
  .transform(parsed<HostPattern>(parseHostPattern));

const prefixSchema = z
  .string({ error: 'must be a path that begins with "/", as in /users' })
  .transform(parsed<PathPattern>((text) => parsePathPattern("prefix", text)));

const otherPathSchema = z
  .strictObject({
    exact: z
      .string({ error: 'must be a path that begins with "/", as in /users' })
      .transform(parsed<PathPattern>((text) => parsePathPattern("exact", text)))
      .optional()
      .describe("The whole path, which may have captures. `/users` is not `/users/`."),
    regex: regexSchema
      .transform((source): PathPattern => ({ kind: "regex", source }))
      .optional()
      .describe("A JavaScript regular expression (u flag), tested on the path; write ^ and $ where they are meant."),
  })
  .transform((path, context): PathPattern => {
    if (path.exact !== undefined && path.regex === undefined) return path.exact;
    if (path.regex !== undefined && path.exact === undefined) return path.regex;
    context.issues.push({ code: "custom", message: "must have exactly one of exact and regex", input: path });
    return z.NEVER;
  });

const PATH_FORMS = 'must be a path prefix ("/users"), { exact: "/users" } or { regex: "^/u/[0-9]+$" }';

const pathSchema = z.union([prefixSchema, otherPathSchema], { error: PATH_FORMS });

const valueConditionSchema = z
  .strictObject({
    regex: regexSchema.optional().describe("A JavaScript regular expression (u flag) that the value has to match."),
    present: z
      .boolean({ error: "must be true or false" })
      .optional()
      .describe("`true`: given, whatever its value; `false`: not given."),
  })
  .transform((condition, context): ValueTest => {
    if (condition.regex !== undefined && condition.present === undefined) {
      return { kind: "regex", source: condition.regex };
    }
    if (condition.present !== undefined && condition.regex === undefined) {
      return { kind: "present", present: condition.present };
    }
    context.issues.push({ code: "custom", message: "must have exactly one of regex and present", input: condition });
    return z.NEVER;
  });

const VALUE_FORMS = 'must be a text ("true", with quotes), { regex: "^[a-z]+$" } or { present: true }';

const valueSchema = z.union(
  [z.string({ error: VALUE_FORMS }).transform((value): ValueTest => ({ kind: "equals", value })), valueConditionSchema],
  { error: VALUE_FORMS },
);

const CLAIM_FORMS = 'must be a text, a number, true, false, { regex: "^g" } or { present: true }';

const claimSchema = z.union(
  [
    z
      .union([z.string(), z.number(), z.boolean()], { error: CLAIM_FORMS })
      .transform((value): ClaimTest["test"] => ({ kind: "equals", value })),
    valueConditionSchema,
  ],
  { error: CLAIM_FORMS },
);

/** Claims by name, as in `match.claims` → tests that all have to pass. */
export const claimsSchema = z
  .record(z.string().min(1, { error: "must be a name" }), claimSchema)
  .transform((claims): ClaimTest[] => Object.entries(claims).map(([name, test]) => ({ name, test })));

/** Header fields by name, as in `match.headers` → tests that all have to pass. */
export const headersSchema = z
  .record(z.string().regex(TOKEN, { error: "must be a header name: letters, digits and dashes" }), valueSchema)
  .superRefine((headers, context) => {
    const seen = new Set<string>();
    for (const name of Object.keys(headers)) {
      if (seen.has(name.toLowerCase())) {
        context.addIssue({ code: "custom", path: [name], message: "is given twice: header names ignore case" });
      }
      seen.add(name.toLowerCase());
    }
  })
  .transform((headers): FieldTest[] =>
    Object.entries(headers).map(([name, test]) => ({ name: name.toLowerCase(), test })),
  );

const fieldsSchema = z
  .record(z.string().min(1, { error: "must be a name" }), valueSchema)
  .transform((fields): FieldTest[] => Object.entries(fields).map(([name, test]) => ({ name, test })));

const METHOD_FORM = "must be a method in upper case, as in GET, or a list of them";

const methodSchema = z
  .string({ error: METHOD_FORM })
  .regex(TOKEN, { error: METHOD_FORM })
  .refine((method) => method === method.toUpperCase(), { error: "must be in upper case: methods are case-sensitive" })
  .refine((method) => method !== "CONNECT" && method !== "TRACE", {
    error: "must not be CONNECT or TRACE: they are never routed",
  });

/** A method or a list of them → a list without duplicates. */
const methodsSchema = z
  .union(
    [
      methodSchema,
      z.array(methodSchema).min(1, { error: "must name a method; leave `method` out to match every one" }),
    ],
    {
      error: METHOD_FORM,
    },
  )
  .transform((methods): string[] => [...new Set([methods].flat())]);

const clientIpSchema = z
  .union(
    [
      networkSchema,
      z.array(networkSchema).min(1, { error: "must name a network; leave `clientIp` out to match every client" }),
    ],
    {
      error: "must be a list of IP addresses or networks, as in [127.0.0.1, 10.0.0.0/8]",
    },
  )
  .transform((networks): string[] => [...new Set([networks].flat())]);

const matchObjectSchema = z
  .strictObject({
    host: hostSchema
      .optional()
      .describe("Host name without port, or a wildcard as in *.shop.localhost (one label or more)."),
    path: pathSchema
      .optional()
      .describe("A path prefix by whole segments, where {name} captures one segment; or { exact } or { regex }."),
    method: methodsSchema.optional().describe("A method or a list of them, in upper case. GET admits HEAD."),
    headers: headersSchema.optional().describe("Header fields: a text (the exact value), { regex } or { present }."),
    query: fieldsSchema
      .optional()
      .describe("Query parameters, decoded: a text, { regex } or { present }. The first one counts."),
    cookies: fieldsSchema.optional().describe("Cookies: a text, { regex } or { present }."),
    claims: claimsSchema.optional().describe("Claims of the token that this route's own `authenticate` verified."),
    clientIp: clientIpSchema.optional().describe("IP addresses or networks of clients: any of them."),
  })
  .transform(
    (match): MatchSpec => ({
      ...(match.host && { host: match.host }),
      ...(match.path && { path: match.path }),
      methods: match.method ?? [],
      headers: match.headers ?? [],
      query: match.query ?? [],
      cookies: match.cookies ?? [],
      claims: match.claims ?? [],
      clientIp: match.clientIp ?? [],
    }),
  );

const MATCH_FORMS =
  'must be a path prefix ("/users"), an object such as { path: /users, method: GET }, or a list of these';

const prefixMatchSchema = prefixSchema.transform(
  (path): MatchSpec => ({ path, methods: [], headers: [], query: [], cookies: [], claims: [], clientIp: [] }),
);

const severalMatchesSchema = z
  .array(z.union([prefixMatchSchema, matchObjectSchema], { error: MATCH_FORMS }))
  .min(1, { error: "must have at least one match" });

/**
 * `routes[].match`: a path prefix, an object whose fields must all hold, or a list of either, any of which suffices.
 * Output: the list, in normal form. Where a union fails, the message that helps is in the branch that took the type.
 */
export const matchSchema = z
  .union([prefixMatchSchema, matchObjectSchema, severalMatchesSchema], { error: MATCH_FORMS })
  .transform((match): MatchSpec[] => [match].flat())
  .describe(
    "Which requests the route takes: a path prefix, { host, path, method, … } (all of them), or a list (any of them).",
  );
