import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";

/** When an endpoint is put aside for what real traffic met. */
export interface OutlierSpec {
  readonly consecutiveErrors: number;
  readonly ejectFor: Millis;
  readonly maxEjectFor: Millis;
  /** Of the endpoints, as a fraction. */
  readonly maxEjected: number;
  readonly successRate: SuccessRateSpec | false;
}

/** When an endpoint is put aside for failing more often than the others. */
export interface SuccessRateSpec {
  readonly interval: Millis;
  readonly minimumEndpoints: number;
  readonly minimumRequests: number;
  /** How many standard deviations below the mean are too far. */
  readonly deviations: number;
}

/** What is remembered of one endpoint. Plain data; changed only by the functions of this file. */
export interface EjectionRecord {
  errorsInRow: number;
  /** Ejections that count for how long the next one is. */
  ejections: number;
  /** Until when it is put aside; 0 if it is not. */
  ejectedUntil: Millis;
  /** When it was last put aside, or one ejection was forgiven. */
  countedAt: Millis;
  ejectedBecause: string;
  /** Tries that ended in this interval, and those that were errors. */
  tries: number;
  errors: number;
}

/** A record about which nothing is known. */
export function newEjectionRecord(): EjectionRecord {
  return { errorsInRow: 0, ejections: 0, ejectedUntil: 0, countedAt: 0, ejectedBecause: "", tries: 0, errors: 0 };
}

/** What the functions need of an endpoint. */
export interface Ejectable {
  readonly ejection: EjectionRecord;
}

/** Takes the end of one try in; true if there have been enough errors in a row. Clients that leave prove nothing. */
export function countOutcome(record: EjectionRecord, outcome: Outcome, spec: OutlierSpec): boolean {
  if (outcome === "cancelled") return false;
  record.tries++;
  if (outcome === "ok") {
    record.errorsInRow = 0;
    return false;
  }
  record.errors++;
  record.errorsInRow++;
  return record.errorsInRow >= spec.consecutiveErrors;
}

/**
 * May one more endpoint be put aside? Never more than `maxEjected` of them, rounded down, and never the last one:
 * an endpoint that is the only one is better than none (nginx ignores `max_fails` for a group of one).
 */
export function mayEject(members: readonly Ejectable[], now: Millis, spec: OutlierSpec): boolean {
  const out = members.filter(({ ejection }) => isEjected(ejection, now)).length;
  return out + 1 <= Math.floor(members.length * spec.maxEjected + 1e-9) && out + 1 < members.length;
}

/**
 * Puts an endpoint aside: for `ejectFor` times the number of its ejections, at most `maxEjectFor` (Envoy's outlier
 * detection). One ejection is forgiven for every `ejectFor` that it then passes without another.
 *
 * @returns for how long, in ms
 */
export function eject(record: EjectionRecord, because: string, now: Millis, spec: OutlierSpec): Millis {
  forgive(record, now, spec);
  record.ejections++;
  const ms = Math.min(spec.maxEjectFor, spec.ejectFor * record.ejections);
  record.ejectedUntil = now + ms;
  record.countedAt = now + ms;
  record.ejectedBecause = because;
  record.errorsInRow = 0;
  return ms;
}

function forgive(record: EjectionRecord, now: Millis, spec: OutlierSpec): void {
  if (record.ejections === 0 || now < record.countedAt) return;
  const forgiven = Math.floor((now - record.countedAt) / spec.ejectFor);
  record.ejections = Math.max(0, record.ejections - forgiven);
  record.countedAt += forgiven * spec.ejectFor;
}

/** Is the endpoint put aside now? */
export function isEjected(record: EjectionRecord, now: Millis): boolean {
  return record.ejectedUntil > now;
}

/** Brings back an endpoint whose time is over; true if that changed it. */
export function endEjection(record: EjectionRecord, now: Millis): boolean {
  if (record.ejectedUntil === 0 || record.ejectedUntil > now) return false;
  record.ejectedUntil = 0;
  return true;
}

/** An endpoint that fails more often than the others, and the figures. */
export interface RateOutlier<E> {
  readonly endpoint: E;
  readonly because: string;
}

/**
 * Which endpoints' success rate in the interval that ends is too far below the others': below the mean less `deviations`
 * standard deviations (Envoy's success-rate detection, whose factor is 1.9 too). Only endpoints with enough tries count,
 * and only if there are enough of those. The worst comes first. All counts start anew.
 */
export function findRateOutliers<E extends Ejectable>(members: readonly E[], spec: SuccessRateSpec): RateOutlier<E>[] {
  const judged = members.filter(({ ejection }) => ejection.tries >= spec.minimumRequests);
  const rates = judged.map(({ ejection }) => 1 - ejection.errors / ejection.tries);
  const found: { endpoint: E; rate: number }[] = [];
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const deviation = Math.sqrt(rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length);
  const least = mean - spec.deviations * deviation;
  if (judged.length >= spec.minimumEndpoints) {
    judged.forEach((endpoint, i) => {
      const rate = rates[i] as number;
      // Where all are alike, the last bit of a sum is no reason.
      if (rate < least - 1e-9) found.push({ endpoint, rate });
    });
  }
  for (const { ejection } of members) ejection.tries = ejection.errors = 0;
  return found
    .sort((a, b) => a.rate - b.rate)
    .map(({ endpoint, rate }) => ({
      endpoint,
      because: `${percent(rate)} of requests succeeded, the others' mean is ${percent(mean)}`,
    }));
}

function percent(rate: number): string {
  return `${Math.round(rate * 1000) / 10} %`;
}
