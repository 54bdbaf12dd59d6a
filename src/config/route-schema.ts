import { z } from "zod";
import { matchSchema } from "../routing/schema.ts";
import { durationSchema, percentSchema } from "../shared/schema.ts";
import { composeSchema } from "./compose/schema.ts";
import { versionNameSchema } from "./identity-schema.ts";
import { policiesSchema } from "./policies-schema.ts";

const A_PATH = 'must be a path that begins with "/"';
const pathTemplate = z.string({ error: A_PATH }).regex(/^\//, { error: A_PATH });
const serviceName = z.string({ error: "must be the name of a service" }).min(1);

const A_SPLIT_KEY = "must be ip, consumer, header:NAME, cookie:NAME, query:NAME or claim:NAME";
const shares = z.record(z.string().min(1), z.number().min(0, { error: "must be a weight, 0 or more" }));

const splitSchema = z
  .union(
    [
      z.strictObject({
        by: z
          .string({ error: A_SPLIT_KEY })
          .regex(/^(?:ip|consumer|(?:header|cookie|query|claim):.+)$/, { error: A_SPLIT_KEY })
          .describe("What keeps a client where it is."),
        to: shares.describe("Service → weight."),
      }),
      shares,
    ],
    { error: "must be services with weights, as in { orders: 90, orders-next: 10 }, or { by, to }" },
  )
  .transform((value): { by: string | undefined; to: Record<string, number> } =>
    isKeyed(value) ? value : { by: undefined, to: value },
  );

function isKeyed(value: Record<string, unknown>): value is { by: string; to: Record<string, number> } {
  return typeof value["by"] === "string";
}

/** A path as it may stand in a request line; with "{name}", and without what would end it or begin a query. */
const rewrittenPath = pathTemplate.regex(/^[!$-.0->@-[\]-~/]*$/, {
  error: "must be a path alone, of visible ASCII: the query is kept as the client sent it",
});

const HOST = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?$/;

const rewriteSchema = z.strictObject({
  path: rewrittenPath
    .optional()
    .describe("The new path; {name} is a capture. On a prefix match the rest of the path is appended."),
  stripPrefix: z.boolean().default(false).describe("Takes the matched prefix off; it is kept otherwise."),
  host: z
    .string()
    .regex(HOST, { error: "must be a host, with a port if need be, as in orders.internal:8080" })
    .optional()
    .describe("The Host that the endpoint sees; it is unchanged otherwise."),
  location: z
    .boolean({ error: "must be true or false" })
    .default(true)
    .describe(
      "Whether responses' Location, Content-Location and Refresh that name the endpoint's own origin or a path of its own " +
        "are changed into what the client can ask for.",
    ),
  cookies: z
    .boolean({ error: "must be true or false" })
    .default(true)
    .describe("Whether Domain and Path of responses' cookies are changed in the same way."),
});

const redirectSchema = z.strictObject({
  to: z
    .string()
    .refine((text) => text.startsWith("/") || URL.canParse(text), { error: "must be a URL, or a path from /" })
    .describe("The new URL, or a path on the same host."),
  status: z
    .union([z.literal(301), z.literal(302), z.literal(303), z.literal(307), z.literal(308)], {
      error: "must be 301, 302, 303, 307 or 308",
    })
    .default(302)
    .describe("301 and 308 are permanent; 307 and 308 keep the method."),
});

const respondSchema = z.strictObject({
  status: z.int().min(200).max(599).default(200).describe("Status."),
  headers: z
    .record(
      z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: "must be a header field name" }),
      z.string().regex(/^[\t\x20-\x7e\x80-\xff]*$/, { error: "must be a header field value, on one line" }),
    )
    .default({})
    .describe("Header fields."),
  body: z.string().default("").describe("Body, sent as UTF-8."),
});

/** One entry of `routes:`. */
export const routeSchema = z.strictObject({
  name: z.string().min(1).optional().describe("Its name in logs, metrics and `route`. Default: made from its path."),
  match: matchSchema.describe("Which requests: a path prefix, an object, or a list of them."),
  service: serviceName.optional().describe("The service that handles them."),
  version: versionNameSchema
    .optional()
    .describe("The API version served; without it, every version and requests that name none."),
  keepVersionPath: z.boolean().default(false).describe("Whether the version prefix of the path stays when forwarding."),
  split: splitSchema
    .optional()
    .describe(
      "Several services by weight, in place of `service`: in turn, or with { by, to } each client always the same one. " +
        "When one of them has no endpoint to use, its share fails: no other takes over.",
    ),
  mirror: z
    .strictObject({
      service: serviceName.describe("The service that gets a copy; its answers are dropped."),
      percent: percentSchema.prefault("100%").describe("The share of requests that is copied."),
    })
    .optional()
    .describe("Sends a copy of requests to another service."),
  rewrite: rewriteSchema.optional().describe("Changes the path or the Host on the way to the endpoint."),
  timeout: durationSchema
    .optional()
    .describe("Replaces the service's `timeouts.request`; of a composition, the time that all of it may take."),
  policies: policiesSchema.prefault({}),
  compose: composeSchema.optional().describe("One JSON response out of several services, in place of `service`."),
  redirect: redirectSchema.optional().describe("Answers with a redirect, in place of `service`."),
  respond: respondSchema.optional().describe("Answers at once, in place of `service`."),
});

/** A route as written, normalised. */
export type RouteDocument = z.output<typeof routeSchema>;
