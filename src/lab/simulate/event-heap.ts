/**
 * What happens next, in virtual time: a binary min-heap of (time, payload) on two typed arrays, so that scheduling
 * allocates nothing. It holds one entry per thing in progress, never one per request, and so stays small.
 */
export interface EventHeap {
  times: Float64Array;
  payloads: Int32Array;
  size: number;
}

/** An empty heap with room for `capacity` events; it grows when needed. */
export function createEventHeap(capacity: number): EventHeap {
  const room = Math.max(1, capacity);
  return { times: new Float64Array(room), payloads: new Int32Array(room), size: 0 };
}

/** When the earliest event is due; Infinity if there is none. */
export function nextEventTime(heap: EventHeap): number {
  return heap.size === 0 ? Number.POSITIVE_INFINITY : (heap.times[0] as number);
}

/** The earliest event's payload. Only of a heap that is not empty. */
export function nextEventPayload(heap: EventHeap): number {
  return heap.payloads[0] as number;
}

/** Schedules an event. */
export function pushEvent(heap: EventHeap, time: number, payload: number): void {
  if (heap.size === heap.times.length) grow(heap);
  const { times, payloads } = heap;
  let hole = heap.size++;
  while (hole > 0) {
    const parent = (hole - 1) >> 1;
    const parentTime = times[parent] as number;
    if (parentTime <= time) break;
    times[hole] = parentTime;
    payloads[hole] = payloads[parent] as number;
    hole = parent;
  }
  times[hole] = time;
  payloads[hole] = payload;
}

/** Takes the earliest event away. */
export function popEvent(heap: EventHeap): void {
  const last = --heap.size;
  if (last > 0) replaceNextEvent(heap, heap.times[last] as number, heap.payloads[last] as number);
}

/** Puts another event in the earliest one's place: half the work of a pop and a push. */
export function replaceNextEvent(heap: EventHeap, time: number, payload: number): void {
  const { times, payloads, size } = heap;
  let hole = 0;
  for (let child = 1; child < size; child = 2 * hole + 1) {
    const right = child + 1;
    if (right < size && (times[right] as number) < (times[child] as number)) child = right;
    const childTime = times[child] as number;
    if (childTime >= time) break;
    times[hole] = childTime;
    payloads[hole] = payloads[child] as number;
    hole = child;
  }
  times[hole] = time;
  payloads[hole] = payload;
}

function grow(heap: EventHeap): void {
  const times = new Float64Array(heap.times.length * 2);
  const payloads = new Int32Array(heap.times.length * 2);
  times.set(heap.times);
  payloads.set(heap.payloads);
  heap.times = times;
  heap.payloads = payloads;
}
