import { describe, expect, it } from "vitest";
import {
  createEventHeap,
  nextEventPayload,
  nextEventTime,
  popEvent,
  pushEvent,
  replaceNextEvent,
} from "../../../src/lab/simulate/event-heap.ts";
import { createRng, nextFloat, nextInt } from "../../../src/shared/rng.ts";

describe("event heap", () => {
  it("has no next event while it is empty", () => {
    expect(nextEventTime(createEventHeap(4))).toBe(Number.POSITIVE_INFINITY);
  });

  it("agrees with a sorted list through thousands of pushes, pops and replacements, and grows", () => {
    const rng = createRng("heap");
    const heap = createEventHeap(1);
    const list: { time: number; payload: number }[] = [];
    for (let step = 0; step < 5000; step++) {
      const event = { time: nextFloat(rng), payload: step };
      const action = list.length === 0 ? 0 : nextInt(rng, 5);
      if (action < 3) {
        pushEvent(heap, event.time, event.payload);
        list.push(event);
      } else if (action === 3) {
        popEvent(heap);
        list.shift();
      } else {
        replaceNextEvent(heap, event.time, event.payload);
        list[0] = event;
      }
      list.sort((a, b) => a.time - b.time);
      expect(heap.size).toBe(list.length);
      if (list.length > 0) expect([nextEventTime(heap), nextEventPayload(heap)]).toEqual(Object.values(list[0] ?? {}));
    }
  });
});
