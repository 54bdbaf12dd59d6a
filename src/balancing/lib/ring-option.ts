import { z } from "zod";

/** The option `points` of algorithms with a hash ring; 160 unless given, as in nginx and ketama. */
export const pointsSchema = z
  .int()
  .min(1)
  .max(10_000)
  .default(160)
  .describe("Points on the ring per unit of weight; shares deviate by about 1/√points");
