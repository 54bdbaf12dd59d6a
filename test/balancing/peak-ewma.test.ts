import { describe, expect, it } from "vitest";
import { candidate, chiSquare, envOf, fleet, requestFor, start, tally } from "./support.ts";

const PICKS = 100_000;
const peak = (id: string, peakMs: number, inFlight = 0, weight = 1) => candidate(id, weight, { peakMs, inFlight });

describe("peak-ewma", () => {
  it("ranks by peak · (in flight + 1) / weight among two drawn", () => {
    // Costs 10, 20, 30, 40: with two of four drawn, ranks win 3, 2, 1, 0 of 6 pairs.
    const members = [peak("c", 15, 1), peak("a", 5, 1), peak("d", 80, 0, 2), peak("b", 20)];
    const { pick } = start(
      "peak-ewma",
      members.map((each) => ({ ...each, weight: 1 })),
      {},
      envOf("ranks"),
    );
    members[2] = peak("d", 40);
    const request = requestFor(members);
    const counts = tally(PICKS, () => pick(request));
    const expected = [1 / 2, 1 / 3, 1 / 6].map((share) => share * PICKS);
    const { statistic, critical } = chiSquare(
      ["a", "b", "c"].map((id) => counts.get(id)!),
      expected,
    );
    expect(statistic).toBeLessThan(critical);
    expect(counts.has("d")).toBe(false);
  });

  it("divides by weight", () => {
    const members = [peak("a", 30, 1, 4), peak("b", 20, 0, 1)]; // 15 and 20
    const { pick } = start("peak-ewma", members);
    expect([...tally(100, () => pick(requestFor(members))).keys()]).toEqual(["a"]);
  });

  it("avoids an endpoint with a peak, until the peak has faded", () => {
    const env = envOf(1, 0);
    const members = [peak("bad", 1000), peak("good", 100)];
    const { pick } = start("peak-ewma", members, { decay: "5s" }, env);
    const at = (now: number) => {
      env.now = now;
      members[1]!.latencyAt = now;
      return pick(requestFor(members));
    };
    // 1000 · e^(−t/5 s) falls below 100 at t = 5 s · ln 10 = 11.51 s.
    expect(at(11_500)).toBe("good");
    expect(at(11_520)).toBe("bad");
  });

  it("sends a newcomer one probe, not a burst", () => {
    const members = [candidate("new"), ...fleet(3).map((each) => ({ ...each, peakMs: 50, inFlight: 20 }))];
    const { pick } = start("peak-ewma", members);
    const request = requestFor(members);
    const counts = tally(1000, () => {
      const id = pick(request)!;
      request.byId.get(id)!.inFlight++;
      return id;
    });
    expect(counts.get("new")).toBe(1);
  });
});
