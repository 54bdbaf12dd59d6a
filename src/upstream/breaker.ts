import type { Outcome } from "../exchange/outcome.ts";
import type { Millis } from "../shared/clock.ts";

/** When a service is given a rest. */
export interface BreakerSpec {
  /** As a fraction. */
  readonly errorRate: number;
  readonly minimumRequests: number;
  readonly window: Millis;
  readonly openFor: Millis;
  readonly halfOpenRequests: number;
}

export type BreakerPhase = "closed" | "open" | "half-open";

const SLICES = 10;

/**
 * The state of one breaker. Plain data; changed only by the functions of this file.
 *
 * Closed: tries pass and are counted, over a window that slides in ten slices. Open: none pass, for `openFor`. Half-open: up to
 * `halfOpenRequests` at a time pass; when that many have succeeded it closes, and the first that fails opens it again
 * (Nygard, "Release It!"; the counting window is that of Hystrix and resilience4j).
 */
export interface BreakerState {
  phase: BreakerPhase;
  /** When the phase began. */
  since: Millis;
  readonly tries: number[];
  readonly errors: number[];
  /** Number of the slice that is counted in. */
  slice: number;
  /** Half-open: tries that were let through and have not ended, and those that succeeded. */
  probing: number;
  succeeded: number;
  /** Counts the phases: a try that began in another one says nothing about this one. */
  epoch: number;
}

export function newBreaker(now: Millis): BreakerState {
  const zeroes = (): number[] => Array.from({ length: SLICES }, () => 0);
  return {
    phase: "closed",
    since: now,
    tries: zeroes(),
    errors: zeroes(),
    slice: Number.NEGATIVE_INFINITY,
    probing: 0,
    succeeded: 0,
    epoch: 0,
  };
}

/**
 * May a try begin? Where the answer is yes, `breakerEnded` follows, with the epoch of this moment.
 */
export function breakerAdmits(state: BreakerState, now: Millis, spec: BreakerSpec): boolean {
  if (state.phase === "closed") return true;
  if (state.phase === "open") {
    if (now < state.since + spec.openFor) return false;
    enter(state, "half-open", now);
  }
  if (state.probing + state.succeeded >= spec.halfOpenRequests) return false;
  state.probing++;
  return true;
}

/**
 * A try has ended.
 * @param epoch of the state when the try began
 */
export function breakerEnded(
  state: BreakerState,
  outcome: Outcome,
  epoch: number,
  now: Millis,
  spec: BreakerSpec,
): void {
  if (epoch !== state.epoch) return;
  if (state.phase === "half-open") return probeEnded(state, outcome, now, spec);
  if (state.phase !== "closed" || outcome === "cancelled") return;
  const place = advance(state, now, spec);
  state.tries[place]! += 1;
  if (outcome === "ok") return;
  state.errors[place]! += 1;
  const { tries, errors } = breakerCounts(state);
  if (tries >= spec.minimumRequests && errors / tries >= spec.errorRate - 1e-9) enter(state, "open", now);
}

function probeEnded(state: BreakerState, outcome: Outcome, now: Millis, spec: BreakerSpec): void {
  state.probing--;
  if (outcome === "cancelled") return;
  if (outcome !== "ok") return enter(state, "open", now);
  state.succeeded++;
  if (state.succeeded >= spec.halfOpenRequests) enter(state, "closed", now);
}

function enter(state: BreakerState, phase: BreakerPhase, now: Millis): void {
  state.phase = phase;
  state.since = now;
  state.epoch++;
  state.probing = state.succeeded = 0;
  state.tries.fill(0);
  state.errors.fill(0);
}

/** Empties the slices that the window has left behind; returns the place of the current one. */
function advance(state: BreakerState, now: Millis, spec: BreakerSpec): number {
  const slice = Math.floor((now * SLICES) / spec.window);
  if (slice > state.slice) {
    const stale = Math.min(SLICES, slice - state.slice);
    for (let step = 0; step < stale; step++)
      state.tries[placeOf(slice - step)] = state.errors[placeOf(slice - step)] = 0;
    state.slice = slice;
  }
  return placeOf(state.slice);
}

function placeOf(slice: number): number {
  return ((slice % SLICES) + SLICES) % SLICES;
}

/** What the window holds, as of the last try that ended. */
export function breakerCounts(state: BreakerState): { tries: number; errors: number } {
  const sum = (list: readonly number[]): number => list.reduce((total, count) => total + count, 0);
  return { tries: sum(state.tries), errors: sum(state.errors) };
}

/** Gives the service a rest on somebody else's word; true if that changed anything. One that is being tried is left alone. */
export function openBreaker(state: BreakerState, now: Millis): boolean {
  if (state.phase !== "closed") return false;
  enter(state, "open", now);
  return true;
}

/** How long until it lets some through, in ms; 0 if it does already. */
export function breakerWait(state: BreakerState, now: Millis, spec: BreakerSpec): Millis {
  return state.phase === "open" ? Math.max(0, state.since + spec.openFor - now) : 0;
}
