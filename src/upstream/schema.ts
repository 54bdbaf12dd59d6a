import { z } from "zod";
import { durationSchema, switchable } from "../shared/schema.ts";
import { algorithmSchema } from "./schema/algorithm.ts";
import type { EndpointsSpec } from "./schema/endpoints.ts";
import { endpointListSchema, endpointsSchema, endpointUrlSchema, layerOf } from "./schema/endpoints.ts";
import { healthSchema } from "./schema/health.ts";
import { positiveDuration } from "./schema/positive-duration.ts";
import {
  breakerSchema,
  hedgeSchema,
  outlierSchema,
  panicThresholdSchema,
  serviceLimitsSchema,
  slowStartSchema,
  stickySchema,
} from "./schema/protection.ts";
import { retrySchema } from "./schema/retry.ts";

const timeoutsSchema = z
  .strictObject({
    connect: positiveDuration.prefault("2s").describe("Until an endpoint accepts the connection."),
    request: durationSchema.prefault("30s").describe("Until the response head, all tries included; 0s: no limit."),
    idle: durationSchema
      .prefault("60s")
      .describe("Silence after the response head; of UDP, after which a session is forgotten; 0s: no limit."),
    tunnel: durationSchema
      .prefault("1h")
      .describe("Silence on an upgraded connection (WebSocket), or one of layer 4; 0s: no limit."),
  })
  .prefault({})
  .describe("How long to wait for an endpoint.");

const tlsSchema = z
  .strictObject({
    verify: z.boolean().default(true).describe("Check the endpoint's certificate."),
    ca: z.string().min(1).optional().describe("PEM file of the CA it must come from."),
    serverName: z.string().min(1).optional().describe("Name to ask for and to check, if not the endpoint's host."),
  })
  .optional()
  .describe("TLS towards https:// endpoints.");

/** The keys of a service in its long form, `run` excepted: that one is of `processes/`. */
export const serviceObjectSchema = z.strictObject({
  endpoints: endpointsSchema.optional(),
  algorithm: algorithmSchema,
  sticky: stickySchema,
  health: healthSchema,
  outlier: outlierSchema,
  panicThreshold: panicThresholdSchema,
  breaker: breakerSchema,
  limits: serviceLimitsSchema,
  slowStart: slowStartSchema,
  retry: retrySchema,
  hedge: hedgeSchema,
  timeouts: timeoutsSchema,
  http2: z.boolean().default(false).describe("Speak HTTP/2 to the endpoints (gRPC): h2c, or h2 over https."),
  tls: tlsSchema,
  proxyProtocol: z
    .enum(["v1", "v2"])
    .optional()
    .describe(
      "Tell the endpoints of each client by the PROXY protocol: a connection to one then serves one client's connection alone.",
    ),
  hold: switchable(durationSchema, "must be a duration, or false")
    .optional()
    .describe(
      "While the service starts, or its endpoints are first looked for, requests wait this long instead of failing. 15s for services with `run` or with endpoints that are found.",
    ),
});

/** A service, normalised: every form in the long one, durations in ms, percentages as fractions. */
export type ServiceSpec = z.output<typeof serviceObjectSchema>;

/**
 * The schema of one service: a URL, a list of endpoints, or the long form with the keys of `extra` beside ours.
 * `config/` passes `{ run: … }`; a service without `endpoints` needs it.
 */
export function createServiceSchema<Extra extends z.core.$ZodShape>(extra: Extra) {
  const object = serviceObjectSchema.extend(extra);
  type Service = z.output<typeof object>;
  const short = (list: z.output<typeof endpointListSchema>): Service => {
    const endpoints: EndpointsSpec = { kind: "list", list };
    return { ...object.parse({ endpoints: ["http://localhost:1"] }), endpoints };
  };
  const long = object.superRefine((service, context) => {
    checkService(service as unknown as ServiceSpec & { run?: unknown }, context);
  });
  return z.union([endpointUrlSchema.transform((one) => short([one])), endpointListSchema.transform(short), long], {
    error: "must be a URL, a list of endpoints, or { endpoints, … }",
  });
}

/** A service without `run`. */
export const serviceSchema = createServiceSchema({});

function checkService(service: ServiceSpec & { run?: unknown }, context: z.core.$RefinementCtx): void {
  const { endpoints, health } = service;
  if (endpoints === undefined) {
    if (service.run !== undefined && service.run !== false) return;
    const params = { code: "GW0104", hint: "write endpoints: [http://localhost:4001], or run: { command: … }" };
    context.addIssue({ code: "custom", message: "needs `endpoints` or `run`", params });
    return;
  }
  if (endpoints.kind !== "list" && service.run !== undefined && service.run !== false) {
    const params = { code: "GW0111", hint: "leave one of the two out" };
    const message = "`run` starts the endpoints, so that none can be found elsewhere";
    context.addIssue({ code: "custom", message, path: ["endpoints"], params });
  }
  if (endpoints.kind !== "list" || health === false) return;
  const layer = layerOf(endpoints.list[0]!);
  if (layer === "udp") {
    const message = "cannot check udp:// endpoints: UDP accepts no connection";
    context.addIssue({ code: "custom", message, path: ["health"], params: { code: "GW0111" } });
  } else if (layer === "tcp" && health.check.kind === "http") {
    const params = { code: "GW0111", hint: "write health: { tcp: true }" };
    const message = "cannot ask a path of tcp:// endpoints";
    context.addIssue({ code: "custom", message, path: ["health", "path"], params });
  }
}
