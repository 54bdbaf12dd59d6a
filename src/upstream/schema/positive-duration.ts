import { durationSchema } from "../../shared/schema.ts";

/** A duration above zero, for what would spin or never begin with 0. */
export const positiveDuration = durationSchema.refine((ms) => ms > 0, { error: "must be more than 0" });
