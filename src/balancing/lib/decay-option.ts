import { durationSchema } from "../../shared/schema.ts";

/** The option `decay` of algorithms that go by latency: ms; `10s` unless given. */
export const decaySchema = durationSchema
  .refine((ms) => ms > 0, { error: "must be longer than 0" })
  .prefault("10s")
  .describe("Time after which an endpoint's last measurement counts for 37 % if no new one came");
