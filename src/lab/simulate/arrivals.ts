import type { Rng } from "../../shared/rng.ts";
import { standardExponential } from "./sampler.ts";
import { durationList, durationPart, numberPart, readSpec, sharePart, specError } from "./spec.ts";

/** When requests arrive. */
export interface Arrivals {
  readonly spec: string;
  /** A source of the gaps between arrivals, in ms, with `meanGapMs` in the long run. Draws only from the rng given. */
  start(meanGapMs: number): (rng: Rng) => number;
}

/** The forms of `--arrivals`. */
export const ARRIVAL_FORMS = {
  poisson: "poisson",
  constant: "constant",
  bursty: "bursty[:FACTOR:SHARE:LENGTH]",
  trace: "trace:GAP,GAP,…",
} as const;

const DEFAULT_BURSTS = "bursty:4:10%:500ms";

/**
 * Reads an arrival process: `poisson` (independent users), `constant` (a metronome), or `bursty:4:10%:500ms`: bursts
 * take 10 % of the time and last 500 ms on average, and in a burst requests arrive four times as fast as between them;
 * `bursty` alone is just that; `trace:4ms,1ms,30ms` repeats gaps that were observed. The rate over all comes from the load, whatever the process.
 * @throws GatewayError GW0002 with what was expected
 */
export function parseArrivals(text: string): Arrivals {
  const spec = readSpec(text === "bursty" ? DEFAULT_BURSTS : text, ARRIVAL_FORMS, "an arrival process");
  if (spec.name === "poisson") return { spec: text, start: (gap) => (rng) => gap * standardExponential(rng) };
  if (spec.name === "constant") return { spec: text, start: (gap) => () => gap };
  if (spec.name === "trace") return { spec: text, start: repeat(durationList(spec, 0)) };
  const factor = numberPart(spec, 0, 1, ": how many times faster requests arrive in a burst");
  const share = sharePart(spec, 1);
  const lengthMs = durationPart(spec, 2);
  if (!Number.isFinite(lengthMs)) throw specError(text, "has bursts without end");
  return { spec: spec.text, start: (gap) => startBursts(gap, factor, share, lengthMs) };
}

/** The gaps of a trace in their order, again and again, stretched so that the rate is the one asked for. */
function repeat(gapsMs: readonly number[]): Arrivals["start"] {
  const mean = gapsMs.reduce((sum, ms) => sum + ms, 0) / gapsMs.length;
  return (meanGapMs) => {
    let next = 0;
    return () => {
      const gap = gapsMs[next] as number;
      next = next + 1 === gapsMs.length ? 0 : next + 1;
      return (gap * meanGapMs) / mean;
    };
  };
}

/**
 * A Markov-modulated Poisson process of two states (Fischer and Meier-Hellstern 1993). Both the next arrival and the
 * next change of state are exponential, so that at a change the rest of the gap can be drawn afresh.
 */
function startBursts(meanGapMs: number, factor: number, share: number, burstMs: number): (rng: Rng) => number {
  // calm rate × (1 - share) + factor × calm rate × share must be 1 / meanGapMs.
  const calmGapMs = meanGapMs * (1 - share + factor * share);
  const burstGapMs = calmGapMs / factor;
  const calmMs = (burstMs * (1 - share)) / share;
  let bursting = false;
  let stateLeftMs = -1;
  return (rng) => {
    if (stateLeftMs < 0) stateLeftMs = calmMs * standardExponential(rng);
    let passedMs = 0;
    for (;;) {
      const gapMs = (bursting ? burstGapMs : calmGapMs) * standardExponential(rng);
      if (gapMs <= stateLeftMs) {
        stateLeftMs -= gapMs;
        return passedMs + gapMs;
      }
      passedMs += stateLeftMs;
      bursting = !bursting;
      stateLeftMs = (bursting ? burstMs : calmMs) * standardExponential(rng);
    }
  };
}
