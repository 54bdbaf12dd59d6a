import { describe, expect, it } from "vitest";
import { explain, short } from "../../../src/balancing/lib/explain.ts";
import { requestFor, weighted } from "../support.ts";

const told = (exclude: string[] | undefined, honoured: string[] | undefined) => {
  const trace = { summary: "", entries: [] };
  const request = requestFor(weighted({ a: 1, b: 0, c: 1 }), undefined, exclude);
  explain(trace, request, honoured, "c it is", ({ id }) => ({ score: 1, reason: `asked about ${id}` }));
  return trace;
};

describe("explain", () => {
  it("says itself why some may never be picked, and asks about the others", () => {
    expect(told(["a"], ["a"])).toEqual({
      summary: "c it is",
      entries: [
        { endpoint: "a", reason: "already tried" },
        { endpoint: "b", reason: "weight 0" },
        { endpoint: "c", score: 1, reason: "asked about c" },
      ],
    });
  });

  it("says when exclusions were lifted", () => {
    expect(told(["a", "c"], undefined).summary).toBe(
      "c it is; every candidate was tried already, so exclusions are lifted",
    );
  });
});

describe("short", () => {
  it.each([
    [2, "2"],
    [1 / 3, "0.333"],
    [0.1 + 0.2, "0.3"],
    [12.3456, "12.346"],
  ])("%d reads %s", (value, text) => expect(short(value)).toBe(text));
});
