import type { Millis } from "../../shared/clock.ts";
import type { RequestWants } from "./request-wants.ts";
import type { Stored } from "./stored.ts";

/** How long stale responses serve by the config, in seconds. */
export interface Windows {
  readonly staleWhileRevalidate: number | undefined;
  readonly staleIfError: number | undefined;
}

/**
 * What may be done with a stored response that a request selects:
 * - `fresh`: it answers;
 * - `stale-asked`: it is stale and answers, as the client takes it like that;
 * - `stale-meanwhile`: it answers while somebody asks for a fresh one;
 * - `request`: it would be fresh, but the client wants it otherwise;
 * - `stale`: it must be validated first.
 */
export type Reuse = "fresh" | "stale-asked" | "stale-meanwhile" | "request" | "stale";

/** Source: RFC 9111 sections 4.2.4, 5.2.1 and 5.2.2; RFC 5861 section 3. */
export function judgeReuse(stored: Stored, wants: RequestWants, now: Millis, windows: Windows): Reuse {
  const { rules } = stored;
  const age = (now - stored.bornAt) / 1000;
  const isFresh = age < rules.lifetime;
  const refused = isFresh ? "request" : "stale";
  if (wants.forOrigin || wants.noCache) return "request";
  if (wants.maxAge !== undefined && (age > wants.maxAge || wants.maxAge === 0)) return refused;
  if (isFresh) return rules.lifetime - age < wants.minFresh ? "request" : "fresh";
  if (rules.noCache || rules.mustRevalidate || wants.minFresh > 0) return "stale";
  const late = age - rules.lifetime;
  if (!rules.sMaxage && late <= wants.maxStale) return "stale-asked";
  return late <= whileRevalidating(stored, windows) ? "stale-meanwhile" : "stale";
}

/** The config's word counts only for what the service holds to be fresh for a while; what it says itself always does. */
function whileRevalidating({ rules }: Stored, { staleWhileRevalidate }: Windows): number {
  if (rules.staleWhileRevalidate !== undefined) return rules.staleWhileRevalidate || -1;
  return rules.sMaxage || rules.lifetime === 0 ? -1 : (staleWhileRevalidate ?? -1);
}

/** May it answer where the service fails (RFC 5861 section 4)? */
export function servesOnError(stored: Stored, wants: RequestWants, now: Millis, { staleIfError }: Windows): boolean {
  const { rules } = stored;
  if (rules.noCache || rules.mustRevalidate || wants.noCache || wants.forOrigin) return false;
  const late = (now - stored.bornAt) / 1000 - rules.lifetime;
  const said = rules.staleIfError ?? (rules.sMaxage ? 0 : (staleIfError ?? 0));
  const asked = rules.sMaxage ? 0 : wants.staleIfError;
  const window = Math.max(said, asked);
  return window > 0 && late <= window;
}
