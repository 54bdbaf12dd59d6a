import type { Trace } from "../../../balancing/algorithm.ts";
import { type PickMoment, tapedPick, type TapedPick } from "./taped-pick.ts";

/**
 * Where a simulation writes down each pick, in the order in which they are made. Holds those that nobody has taken yet:
 * who takes them after every request keeps it short, however long the run is.
 */
export class Tape {
  #count = 0;
  #picks: TapedPick[] = [];

  record(moment: PickMoment): void {
    this.#picks.push(tapedPick(++this.#count, moment));
  }

  /** What came since the last time. */
  take(): readonly TapedPick[] {
    const picks = this.#picks;
    this.#picks = [];
    return picks;
  }
}

/** What a pick explains itself in, if it is to be on a tape. */
export function traceFor(tape: Tape | undefined): Trace | undefined {
  return tape === undefined ? undefined : { summary: "", entries: [] };
}
