import { z } from "zod";
import { limitsSchema, listenersSchema } from "../http/schema.ts";
import { runSchema } from "../processes/schema.ts";
import { countSchema, networkSchema } from "../shared/address-schema.ts";
import { parseRedisUrl } from "../shared/redis-url.ts";
import { switchable } from "../shared/schema.ts";
import { telemetrySchema } from "../telemetry/schema.ts";
import { createServiceSchema } from "../upstream/schema.ts";
import { consumersSchema, versioningSchema } from "./identity-schema.ts";
import { policiesSchema } from "./policies-schema.ts";
import { routeSchema } from "./route-schema.ts";
import { testsSchema } from "./tests-schema.ts";

/** One entry of `services:`: a URL, a list of endpoints, or an object; `run` is put in here, from its own layer. */
export const serviceSchema = createServiceSchema({
  run: switchable(runSchema, "must be { command, … }, or false")
    .optional()
    .describe("How `gatewayctl up` starts the service. Without `endpoints`, its instances are the endpoints."),
});

const A_REDIS = "the URL of a Redis, as in redis://127.0.0.1:6379";
const A_STATE = `must be memory, or ${A_REDIS}`;

/** What is wrong with it is said without repeating it: it may hold a password. */
const stateSchema = z
  .string({ error: A_STATE })
  .regex(/^(?:memory|rediss?:\/\/\S+)$/, { error: A_STATE })
  .check(({ value, issues }) => {
    const problem = value.startsWith("redis") ? parseRedisUrl(value) : undefined;
    if (typeof problem === "string")
      issues.push({ code: "custom", input: value, message: `must be ${A_REDIS}: it ${problem}` });
  });

/** Names that could not be told apart from others on a command line, in an endpoint's address or in a label. */
const serviceNameSchema = z.string().regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*$/, {
  error: "must be a name of letters, digits, dots, hyphens and underscores",
});

/** The whole file. Its output is normalised: durations in ms, sizes in bytes, percentages as fractions. */
export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("Where the JSON Schema is, for editors."),
  version: z.literal(1, { error: "must be 1" }).describe("Version of this vocabulary."),
  listeners: listenersSchema,
  trustedProxies: z
    .array(networkSchema)
    .default([])
    .describe("Whose Forwarded, X-Forwarded-* and PROXY headers are believed. Nobody's without it."),
  admin: z
    .union([z.literal(false), z.int().min(1).max(65535)], { error: "must be a port from 1 to 65535, or false" })
    .optional()
    .describe("Loopback port of dashboard, API and /metrics. Default: 9900, or the next free one up to 9919."),
  state: stateSchema
    .default("memory")
    .describe(
      "Where rate limits are counted: `memory`, by each gateway process for itself, or the Redis (6.2 or later) of a " +
        "redis:// or, over TLS, rediss:// URL with optional credentials, port and database, by all that name it. A Redis that is gone, or slower " +
        "than 100 ms, holds nobody up: until it answers again, each process counts for itself.",
    ),
  gateways: z
    .strictObject({
      instances: countSchema.describe("How many gateway instances run."),
      algorithm: z
        .enum(["round-robin", "least-conn", "random", "p2c", "ip-hash", "first"])
        .default("least-conn")
        .describe("How the front load balancer spreads connections."),
    })
    .optional()
    .describe("Several gateway instances behind one load balancer."),
  zone: z
    .string()
    .min(1)
    .optional()
    .describe('Where this gateway runs: endpoints of the same `zone` are preferred. Often "${ZONE}".'),
  limits: limitsSchema,
  services: z.record(serviceNameSchema, serviceSchema).default({}).describe("What is behind the gateway, by name."),
  consumers: consumersSchema,
  versioning: versioningSchema,
  policies: policiesSchema.prefault({}).describe("Policies of every route."),
  routes: z.array(routeSchema).default([]).describe("Which request goes where."),
  telemetry: telemetrySchema,
  tests: testsSchema,
});

/** What may be written: the argument of `defineConfig`. */
export type ConfigInput = z.input<typeof configSchema>;

/** The file as written, normalised; names are not resolved yet. */
export type ConfigDocument = z.output<typeof configSchema>;

/** A service, normalised, with its `run`. */
export type Service = ConfigDocument["services"][string];
