import { describe, expect, it } from "vitest";
import { requestFor, start, weighted } from "./support.ts";

const members = weighted({ a: 1, b: 1, c: 1, d: 1 });
const without = (...gone: string[]) => requestFor(members.filter((each) => !gone.includes(each.id)));

describe("round-robin", () => {
  it("splits 300 requests among three exactly", () => {
    const three = weighted({ a: 5, b: 1, c: 1 });
    const { pick } = start("round-robin", three);
    const picks = Array.from({ length: 300 }, () => pick(requestFor(three)));
    for (const id of ["a", "b", "c"]) expect(picks.filter((each) => each === id)).toHaveLength(100);
    expect(picks.slice(0, 4)).toEqual(["a", "b", "c", "a"]);
  });

  it("passes over one that is ill without giving its neighbour a second turn, and takes it back in its place", () => {
    const { pick } = start("round-robin", members);
    const all = requestFor(members);
    expect([pick(all), pick(without("b")), pick(without("b")), pick(without("b")), pick(all), pick(all)]).toEqual([
      "a",
      "c",
      "d",
      "a",
      "b",
      "c",
    ]);
  });

  it("skips what was tried already", () => {
    const { pick } = start("round-robin", members);
    expect(pick({ ...requestFor(members), exclude: ["a", "b"] })).toBe("c");
    expect(pick(requestFor(members))).toBe("d");
  });

  it.each([
    { name: "one in front leaves", after: { b: 1, c: 1, d: 1 }, next: "c" },
    { name: "the one whose turn it is leaves", after: { a: 1, b: 1, d: 1 }, next: "d" },
    { name: "one joins in front", after: { z: 1, a: 1, b: 1, c: 1, d: 1 }, next: "c" },
    { name: "all are new", after: { x: 1, y: 1 }, next: "x" },
  ])("keeps the turn when $name", ({ after, next }) => {
    const { algorithm, state, env, pick } = start("round-robin", members);
    pick(requestFor(members));
    pick(requestFor(members));
    const changed = weighted(after);
    algorithm.update(state, changed, env);
    expect(pick(requestFor(changed))).toBe(next);
  });

  it("tells how many turns each is away", () => {
    const { algorithm, state, env, pick } = start("round-robin", members);
    pick(requestFor(members));
    const trace = { summary: "", entries: [] };
    algorithm.pick(state, without("c"), env, trace);
    expect(trace).toEqual({
      summary: "It is b's turn",
      entries: [
        { endpoint: "a", score: 2, reason: "2 turns away" },
        { endpoint: "b", score: 0, reason: "its turn" },
        { endpoint: "d", score: 1, reason: "1 turn away" },
      ],
    });
  });
});
