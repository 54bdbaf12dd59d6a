import { z } from "zod";
import { networkSchema } from "../../shared/address-schema.ts";

/** `ipFilter`: which client addresses may pass. Deny wins; without `allow`, all that is not denied may. */
export const ipFilterSchema = z.strictObject({
  allow: z.array(networkSchema).optional().describe("Networks that may pass. Without it, all that are not denied."),
  deny: z.array(networkSchema).default([]).describe("Networks that may not; wins over allow."),
});
