/**
 * The requests at every endpoint, first in, first out, the one being served at the head. All lines share one pool of
 * slots, linked by index and used again: memory follows the most requests that are ever in progress at once.
 */
export interface WaitingLines {
  /** First and last slot of each endpoint's line; -1 if it is empty. */
  readonly heads: Int32Array;
  readonly tails: Int32Array;
  /** How many requests are at each endpoint. */
  readonly lengths: Int32Array;
  /** Of each slot: when the request arrived (virtual ms), and its work (ms at speed 1). */
  arrivals: Float64Array;
  works: Float64Array;
  next: Int32Array;
  /** Head of the list of free slots; -1 if all are taken. */
  free: number;
}

const NONE = -1;

/** Empty lines for `endpoints` endpoints. */
export function createWaitingLines(endpoints: number): WaitingLines {
  const slots = Math.max(16, endpoints * 4);
  return {
    heads: new Int32Array(endpoints).fill(NONE),
    tails: new Int32Array(endpoints).fill(NONE),
    lengths: new Int32Array(endpoints),
    arrivals: new Float64Array(slots),
    works: new Float64Array(slots),
    next: linked(new Int32Array(slots), 0),
    free: 0,
  };
}

/** Puts a request at the end of an endpoint's line; returns how many are there now, it included. */
export function enterLine(lines: WaitingLines, endpoint: number, arrivedAt: number, work: number): number {
  if (lines.free === NONE) grow(lines);
  const slot = lines.free;
  lines.free = lines.next[slot] as number;
  lines.arrivals[slot] = arrivedAt;
  lines.works[slot] = work;
  lines.next[slot] = NONE;
  const tail = lines.tails[endpoint] as number;
  if (tail === NONE) lines.heads[endpoint] = slot;
  else lines.next[tail] = slot;
  lines.tails[endpoint] = slot;
  const length = (lines.lengths[endpoint] as number) + 1;
  lines.lengths[endpoint] = length;
  return length;
}

/** Takes the head of an endpoint's line away; returns how many are left. Only of a line that is not empty. */
export function leaveLine(lines: WaitingLines, endpoint: number): number {
  const slot = lines.heads[endpoint] as number;
  const following = lines.next[slot] as number;
  lines.heads[endpoint] = following;
  if (following === NONE) lines.tails[endpoint] = NONE;
  lines.next[slot] = lines.free;
  lines.free = slot;
  const length = (lines.lengths[endpoint] as number) - 1;
  lines.lengths[endpoint] = length;
  return length;
}

/** When the head of an endpoint's line arrived. */
export function headArrival(lines: WaitingLines, endpoint: number): number {
  return lines.arrivals[lines.heads[endpoint] as number] as number;
}

/** The work of the head of an endpoint's line. */
export function headWork(lines: WaitingLines, endpoint: number): number {
  return lines.works[lines.heads[endpoint] as number] as number;
}

function grow(lines: WaitingLines): void {
  const old = lines.next.length;
  const arrivals = new Float64Array(old * 2);
  const works = new Float64Array(old * 2);
  const next = new Int32Array(old * 2);
  arrivals.set(lines.arrivals);
  works.set(lines.works);
  next.set(lines.next);
  lines.arrivals = arrivals;
  lines.works = works;
  lines.next = linked(next, old);
  lines.free = old;
}

/** Chains the slots from `from` on into a list of free ones. */
function linked(next: Int32Array, from: number): Int32Array {
  for (let slot = from; slot < next.length; slot++) next[slot] = slot + 1 < next.length ? slot + 1 : NONE;
  return next;
}
