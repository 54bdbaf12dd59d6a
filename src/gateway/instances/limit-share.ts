import type { Limits } from "../../http/schema.ts";

/** Limits that count what is there at once: several processes cannot count together, so each gets its part. */
const DIVIDED = ["connections", "connectionsPerIp", "requests"] as const;

/**
 * One worker's part of limits that are meant for the whole gateway, `index` from 0: divided evenly, the first ones take
 * what is left over, and nobody gets less than 1. So all together never take more than the limit (unless it is smaller
 * than their number), as with HAProxy's `maxconn` and unlike nginx's `worker_connections`; the price is that one worker
 * may refuse while another still has room. Sizes and times are the same for all.
 */
export function limitShare(limits: Limits, index: number, of: number): Limits {
  const shares = DIVIDED.map((name) => {
    const whole = limits[name];
    return [name, Math.max(1, Math.floor(whole / of) + (index < whole % of ? 1 : 0))] as const;
  });
  return { ...limits, ...Object.fromEntries(shares) };
}
