import { createEventHeap, nextEventTime, popEvent, pushEvent, replaceNextEvent } from "../simulate/event-heap.ts";
import type { Trace } from "./trace.ts";

/** Tries at one endpoint, in the order in which they began: their numbers in the trace. */
export type Visits = Uint32Array;

/** Who was at which endpoint. */
export function visitsOf(trace: Trace, endpoints: number): Visits[] {
  const lists: number[][] = Array.from({ length: endpoints }, () => []);
  for (let i = 0; i < trace.count; i++) lists[trace.endpoint[i] as number]?.push(i);
  return lists.map((list) => Uint32Array.from(list).sort((a, b) => sentAt(trace, a) - sentAt(trace, b)));
}

function sentAt({ pickedAt, tookMs, lastTryMs }: Trace, i: number): number {
  return (pickedAt[i] as number) + (tookMs[i] as number) - (lastTryMs[i] as number);
}

function endedAt({ pickedAt, tookMs }: Trace, i: number): number {
  return (pickedAt[i] as number) + (tookMs[i] as number);
}

/** How many others were still there when each began, by its place in the visits. */
export function othersThere(trace: Trace, visits: Visits): Float64Array {
  const ends = createEventHeap(16);
  return Float64Array.from(visits, (i) => {
    const sent = sentAt(trace, i);
    while (nextEventTime(ends) <= sent) popEvent(ends);
    const others = ends.size;
    pushEvent(ends, endedAt(trace, i), 0);
    return others;
  });
}

/** Shorter than this nothing is served: what would be came out of order, and the endpoint does not wait as assumed. */
const LEAST_MS = 0.001;

/**
 * How long each request occupied the endpoint, had it worked on `concurrency` at once, first come, first served: from
 * when there was room for it (Lindley's recursion run backwards; of several servers, Kiefer and Wolfowitz's). With
 * Infinity, from when it was sent.
 */
export function demandsOf(trace: Trace, visits: Visits, concurrency: number): Float64Array {
  // The latest ends so far, as many as are worked on at once: the earliest of them is when there was room.
  const latest = createEventHeap(16);
  return Float64Array.from(visits, (i) => {
    const end = endedAt(trace, i);
    let begin = sentAt(trace, i);
    if (concurrency !== Number.POSITIVE_INFINITY) {
      if (latest.size < concurrency) pushEvent(latest, end, 0);
      else {
        const room = nextEventTime(latest);
        begin = Math.max(begin, room);
        if (end > room) replaceNextEvent(latest, end, 0);
      }
    }
    return Math.max(LEAST_MS, end - begin);
  });
}
