import type { Millis } from "../../shared/clock.ts";

/** One request of the load. */
export interface Request {
  /** When it was meant to leave: response times count from here (open loop), or when it left (closed loop). */
  readonly intendedAt: Millis;
  /** Its place among all, from 0. */
  readonly index: number;
  /** False for the warm-up. */
  readonly measured: boolean;
}
