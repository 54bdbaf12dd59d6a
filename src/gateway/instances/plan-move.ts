/** Which instance is to give up how many of the connections of a listener. */
export interface Move {
  /** Place in the list of instances. */
  readonly instance: number;
  readonly listener: number;
  readonly count: number;
}

/** An instance may have this much more than its even share, in connections and as a part of the share. */
const TOLERANCE = 4;
const TOLERATED_PART = 0.25;

/**
 * The move that does most for an even spread, from `counts[instance][listener]`; `undefined` if it is even enough.
 * One at a time: while an instance rests from accepting, the others must be there.
 */
export function planMove(counts: readonly (readonly number[])[]): Move | undefined {
  let best: Move | undefined;
  for (let listener = 0; listener < (counts[0]?.length ?? 0); listener++) {
    const column = counts.map((each) => each[listener] ?? 0);
    const most = Math.max(...column);
    const share = column.reduce((sum, count) => sum + count, 0) / column.length;
    const count = Math.floor(most - share);
    if (count <= Math.max(TOLERANCE, share * TOLERATED_PART)) continue;
    if (best === undefined || count > best.count) best = { instance: column.indexOf(most), listener, count };
  }
  return best;
}
