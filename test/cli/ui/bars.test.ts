import { describe, expect, it } from "vitest";
import { condense, lyingBar, uprightBar } from "../../../src/cli/ui/bars.ts";

describe("upright bar", () => {
  it("has eight steps, a dot for nothing, and never more than a block", () => {
    expect([1, 2, 3, 4, 5, 6, 7, 8].map((value) => uprightBar(value, 8)).join("")).toBe("▁▂▃▄▅▆▇█");
    expect(uprightBar(0, 8)).toBe("·");
    expect(uprightBar(0.001, 8)).toBe("▁");
    expect(uprightBar(99, 8)).toBe("█");
  });
});

describe("lying bar", () => {
  it("is as long as its share of the width, in eighths", () => {
    expect(lyingBar(4, 4, 5)).toBe("█████");
    expect(lyingBar(1, 2, 5)).toBe("██▌");
    expect(lyingBar(1, 40, 5)).toBe("▏");
    expect(lyingBar(9, 4, 3)).toBe("███");
  });

  it("shows that there is something, and that there is nothing", () => {
    expect(lyingBar(1, 1_000_000, 5)).toBe("▏");
    expect(lyingBar(0, 4, 5)).toBe("");
    expect(lyingBar(0, 0, 5)).toBe("");
  });
});

describe("condense", () => {
  const same = (value: number) => value;

  it("leaves few as they are", () => {
    expect(condense([3, 1, 2], 3, same)).toEqual([3, 1, 2]);
  });

  it("takes many from the largest to the smallest, so that outliers stay", () => {
    const many = Array.from({ length: 1000 }, (_, i) => (i === 500 ? 9999 : i));
    const few = condense(many, 12, same);
    expect(few.length).toBe(12);
    expect([few[0], few.at(-1)]).toEqual([9999, 0]);
    expect(few).toEqual(few.toSorted((a, b) => b - a));
  });
});
