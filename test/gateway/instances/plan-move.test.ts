import { describe, expect, it } from "vitest";
import { planMove } from "../../../src/gateway/instances/plan-move.ts";

describe("the next move towards an even spread", () => {
  it.each([
    // 64 and 0: 32 each.
    [[[64], [0]], { instance: 0, listener: 0, count: 32 }],
    [[[15], [49]], { instance: 1, listener: 0, count: 17 }],
    // 20 each would be even; the second has 30 more.
    [[[5], [50], [5]], { instance: 1, listener: 0, count: 30 }],
    // Of two listeners the one where it does most.
    [
      [
        [10, 0],
        [0, 40],
      ],
      { instance: 1, listener: 1, count: 20 },
    ],
  ])("of %j", (counts, move) => {
    expect(planMove(counts)).toEqual(move);
  });

  it.each([[[[4], [0]]], [[[8], [0]]], [[[40], [60]]], [[[0], [0]]], [[[], []]], [[]]])(
    "is none where it is even enough: %j",
    (counts) => {
      expect(planMove(counts)).toBeUndefined();
    },
  );

  it("leaves what is even enough after it", () => {
    for (let most = 10; most < 500; most += 7) {
      const move = planMove([[most], [0], [3]]);
      if (move === undefined) continue;
      const rest = most - move.count;
      expect(planMove([[rest], [Math.floor(move.count / 2)], [3 + Math.ceil(move.count / 2)]])).toBeUndefined();
    }
  });
});
