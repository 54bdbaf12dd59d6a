import { describe, expect, it } from "vitest";
import { requestFor, start, weighted } from "./support.ts";

describe("first", () => {
  const three = () => weighted({ a: 1, b: 1, c: 1 });

  it("without a capacity always picks the first in the order of members, whatever the order of candidates", () => {
    const members = three();
    const { pick } = start("first", members);
    members[0]!.inFlight = 1000;
    expect(pick(requestFor(members.toReversed()))).toBe("a");
  });

  it("moves on to the next while the first is away, and returns", () => {
    const members = three();
    const { pick } = start("first", members);
    expect(pick(requestFor(members.slice(1)))).toBe("b");
    expect(pick(requestFor(members))).toBe("a");
  });

  it("fills one after the other up to capacity times weight, then the least loaded", () => {
    const members = weighted({ a: 1, b: 2, c: 1 });
    const { pick } = start("first", members, { capacity: 2 });
    const picks = Array.from({ length: 10 }, () => {
      const id = pick(requestFor(members))!;
      members.find((each) => each.id === id)!.inFlight++;
      return id;
    });
    // 2 + 4 + 2 fit; then all have 2 per weight, and a, b are the least loaded in order (b at 2, a at 3).
    expect(picks.join(" ")).toBe("a a b b b b c c a b");
  });

  it("uses an idle endpoint however small its weight", () => {
    const members = weighted({ a: 0.01, b: 1 });
    expect(start("first", members, { capacity: 1 }).pick(requestFor(members))).toBe("a");
  });

  it("refuses a capacity that is not positive", () => {
    expect(() => start("first", three(), { capacity: 0 })).toThrow();
  });

  it("tells who is full", () => {
    const members = three();
    members[0]!.inFlight = 2;
    const { algorithm, state, env } = start("first", members, { capacity: 2 });
    const trace = { summary: "", entries: [] };
    algorithm.pick(state, requestFor(members), env, trace);
    expect(trace).toEqual({
      summary: "b is the first in order that has room",
      entries: [
        { endpoint: "a", score: 0, reason: "full, 2 of 2 in flight" },
        { endpoint: "b", score: 1, reason: "first with room, 0 of 2 in flight" },
        { endpoint: "c", score: 2, reason: "later in order, 0 of 2 in flight" },
      ],
    });
  });
});
