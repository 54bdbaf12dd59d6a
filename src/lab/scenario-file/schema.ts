import { z } from "zod";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { durationSchema, percentSchema } from "../../shared/schema.ts";
import { positiveDuration } from "../../upstream/schema/positive-duration.ts";
import {
  breakerSchema,
  hedgeSchema,
  outlierSchema,
  panicThresholdSchema,
  serviceLimitsSchema,
  slowStartSchema,
} from "../../upstream/schema/protection.ts";
import { retrySchema } from "../../upstream/schema/retry.ts";
import { parseArrivals } from "../simulate/arrivals.ts";
import type { Scenario } from "../simulate/scenario.ts";
import { parseServiceTime } from "../simulate/service-times.ts";

/** A text that one of the simulator's own readers understands. */
function spec(read: (text: string) => unknown, what: string) {
  return z.string({ error: `must be ${what}` }).superRefine((text, context) => {
    try {
      read(text);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
    }
  });
}

const serviceTime = spec(parseServiceTime, "a service time such as exp:10ms");
const count = z.int().positive();
const share = z.union([percentSchema, z.number().min(0).max(1)], { error: "must be a share such as 5% or 0.05" });

const spell = z.strictObject({
  every: positiveDuration.describe("Mean time from the end of one to the next, exponential."),
  for: positiveDuration.describe("How long one lasts."),
});

const endpointGroup = z.strictObject({
  count: count.default(1).describe("How many of them there are."),
  speed: z.number().positive().default(1).describe("Work in a unit of time; 1: service times are as given."),
  weight: z.number().positive().default(1).describe("The weight that the gateway is told."),
  concurrency: count.optional().describe("How many requests one works on at once; 1 unless given."),
  queue: z.int().min(0).optional().describe("How many more may wait there; what comes on top gets an error."),
  pauses: spell.optional().describe("Stops, as of a garbage collector: work stands still."),
  outages: spell.optional().describe("Crashes: work is lost, and connections are refused."),
  warmUp: z
    .strictObject({ for: positiveDuration, speed: z.number().positive().max(1) })
    .optional()
    .describe("After it has come up it works at this part of its speed, growing evenly to the whole."),
  errors: share.optional().describe("Share of its answers that are 5xx."),
});

const gatewayRules = z.strictObject({
  timeout: positiveDuration.optional().describe("Longest time to the response head of one try."),
  retry: retrySchema.optional(),
  outlier: outlierSchema.optional(),
  breaker: breakerSchema.optional(),
  hedge: hedgeSchema.optional(),
  limits: serviceLimitsSchema.optional(),
  slowStart: slowStartSchema.optional(),
  panicThreshold: panicThresholdSchema.optional(),
});

/** A scenario in a file: what the named ones consist of, and under `gateway` what a service's config has. */
export const scenarioSchema = z
  .strictObject({
    name: z.string().min(1).optional().describe("Unless given, the file's."),
    summary: z.string().min(1).default("from a file").describe("What it is like, in a phrase."),
    endpoints: z.array(endpointGroup).min(1, { error: "must have at least one group of endpoints" }),
    load: share.default(0.7).describe("Work that arrives ÷ what all endpoints can do."),
    serviceTime: serviceTime.default("exp:10ms"),
    arrivals: spec(parseArrivals, "an arrival process such as poisson").default("poisson"),
    keys: z
      .strictObject({ count: count.max(1_000_000).default(10_000), skew: z.number().min(0).max(10).default(0) })
      .prefault({})
      .describe("Who sends the requests: how many clients, and by Zipf's law how unequal."),
    requests: count.default(160_000),
    replications: count.max(1000).default(8),
    gateway: gatewayRules.optional().describe("What the gateway does, as a service in gateway.config.yaml says it."),
    network: serviceTime.optional().describe("Time on the wire, there and back."),
    staleness: durationSchema.optional().describe("How old the numbers in flight are that algorithms see, at most."),
    clients: z
      .strictObject({ users: count.max(100_000), think: serviceTime })
      .optional()
      .describe("Users who wait for an answer, think, and ask again, in place of load and arrivals."),
    answered: z.enum(["start", "end"]).optional().describe("start: measured until work begins, as with WebSockets."),
  })
  .describe("A situation in which algorithms are compared.");

/** The scenario that a file's value describes. @param name what it is called unless it says so itself */
export function scenarioOf(value: z.output<typeof scenarioSchema>, name: string): Scenario {
  const { gateway, network, staleness, clients, answered, ...rest } = value;
  const conditions = { gateway, network, staleness, clients, answered };
  return { ...rest, name: rest.name ?? name, purpose: rest.summary, conditions };
}
