import { describe, expect, it } from "vitest";
import { candidate, envOf, requestFor, start } from "./support.ts";

const measured = (id: string, latencyMs: number, inFlight: number, weight = 1, latencyAt = 0) =>
  candidate(id, weight, { latencyMs, peakMs: latencyMs, inFlight, latencyAt });

describe("least-time", () => {
  it.each([
    { name: "10 ms · 3 is less than 20 ms · 2", a: measured("a", 10, 2), b: measured("b", 20, 1), picked: "a" },
    { name: "10 ms · 5 is more than 20 ms · 2", a: measured("a", 10, 4), b: measured("b", 20, 1), picked: "b" },
    { name: "weight divides", a: measured("a", 10, 4, 2), b: measured("b", 20, 1), picked: "a" },
    { name: "not measured and idle: a probe", a: measured("a", 0, 0), b: measured("b", 1, 0), picked: "a" },
    { name: "not measured, probe under way: waits", a: measured("a", 0, 1), b: measured("b", 9000, 90), picked: "b" },
  ])("$name", ({ a, b, picked }) => {
    expect(start("least-time", [a, b]).pick(requestFor([a, b]))).toBe(picked);
  });

  it("goes round while nothing is measured", () => {
    const members = ["a", "b", "c"].map((id) => candidate(id));
    const { pick } = start("least-time", members);
    const picks = Array.from({ length: 6 }, () => pick(requestFor(members)));
    expect(picks.join(" ")).toBe("a b c a b c");
  });

  it("gives one that was slow another chance as its measurement fades", () => {
    const env = envOf(1, 0);
    const slow = measured("slow", 400, 0);
    const fast = measured("fast", 100, 0);
    const { pick } = start("least-time", [slow, fast], { decay: "10s" }, env);
    const at = (now: number) => {
      env.now = now;
      fast.latencyAt = now; // measured all the time, since it gets the traffic
      return pick(requestFor([slow, fast]));
    };
    // 400 · e^(−t/10 s) falls below 100 at t = 10 s · ln 4 = 13.86 s.
    expect(at(13_800)).toBe("fast");
    expect(at(13_900)).toBe("slow");
  });

  it.each(["0s", "fast", 10])("refuses %o for decay", (decay) => {
    expect(() => start("least-time", [], { decay })).toThrow();
  });

  it("tells latency and load of each", () => {
    const members = [measured("a", 10, 2), measured("b", 0, 0), measured("c", 0, 0)];
    const { algorithm, state, env } = start("least-time", members);
    const trace = { summary: "", entries: [] };
    algorithm.pick(state, requestFor(members), env, trace);
    expect(trace.entries).toEqual([
      { endpoint: "a", score: 30, reason: "10 ms, 2 in flight" },
      { endpoint: "b", score: 0, reason: "not measured yet, 0 in flight, lowest" },
      { endpoint: "c", score: 0, reason: "not measured yet, 0 in flight, tied: its turn comes later" },
    ]);
  });
});
