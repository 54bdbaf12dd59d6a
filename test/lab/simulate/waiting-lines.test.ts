import { describe, expect, it } from "vitest";
import {
  createWaitingLines,
  enterLine,
  headArrival,
  headWork,
  leaveLine,
} from "../../../src/lab/simulate/waiting-lines.ts";
import { createRng, nextInt } from "../../../src/shared/rng.ts";

describe("waiting lines", () => {
  it("are first in, first out, each for itself", () => {
    const lines = createWaitingLines(2);
    expect(enterLine(lines, 0, 1, 10)).toBe(1);
    expect(enterLine(lines, 1, 2, 20)).toBe(1);
    expect(enterLine(lines, 0, 3, 30)).toBe(2);
    expect([headArrival(lines, 0), headWork(lines, 0)]).toEqual([1, 10]);
    expect(leaveLine(lines, 0)).toBe(1);
    expect([headArrival(lines, 0), headWork(lines, 0)]).toEqual([3, 30]);
    expect(leaveLine(lines, 0)).toBe(0);
    expect(headArrival(lines, 1)).toBe(2);
  });

  it("agree with plain arrays, and take no more slots than were ever needed at once", () => {
    const rng = createRng("lines");
    const lines = createWaitingLines(3);
    const arrays: number[][] = [[], [], []];
    let most = 0;
    for (let step = 0; step < 20_000; step++) {
      const endpoint = nextInt(rng, 3);
      const array = arrays[endpoint] ?? [];
      const waiting = arrays.reduce((sum, { length }) => sum + length, 0);
      most = Math.max(most, waiting);
      if (array.length === 0 || (waiting < 200 && nextInt(rng, 2) === 0)) {
        array.push(step);
        expect(enterLine(lines, endpoint, step, -step)).toBe(array.length);
      } else {
        array.shift();
        expect(leaveLine(lines, endpoint)).toBe(array.length);
      }
      if (array.length > 0)
        expect([headArrival(lines, endpoint), headWork(lines, endpoint)]).toEqual([array[0], -(array[0] ?? 0)]);
    }
    expect(lines.next.length).toBeLessThanOrEqual(2 * Math.max(most, 16));
  });
});
