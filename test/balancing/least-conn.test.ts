import { describe, expect, it } from "vitest";
import { candidate, requestFor, start, weighted } from "./support.ts";
import { fc } from "../helpers/property.ts";

describe("least-conn", () => {
  it("always picks a minimum", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }), fc.nat(30), (loads, turns) => {
        const members = loads.map((inFlight, i) => candidate(`e${i}`, 1, { inFlight }));
        const { pick } = start("least-conn", members);
        const request = requestFor(members);
        for (let i = 0; i < turns; i++) pick(request);
        const id = pick(request);
        expect(members.find((each) => each.id === id)?.inFlight).toBe(Math.min(...loads));
      }),
    );
  });

  it("goes round among ties", () => {
    const members = [2, 0, 1, 0, 0].map((inFlight, i) => candidate(`e${i}`, 1, { inFlight }));
    const { pick } = start("least-conn", members);
    const picks = Array.from({ length: 6 }, () => pick(requestFor(members)));
    expect(picks).toEqual(["e1", "e3", "e4", "e1", "e3", "e4"]);
  });

  it("looks at the fewest among those not tried yet", () => {
    const members = weighted({ a: 1, b: 1, c: 1 });
    members[1]!.inFlight = 2;
    members[2]!.inFlight = 1;
    expect(start("least-conn", members).pick(requestFor(members, undefined, ["a"]))).toBe("c");
  });

  it("tells how many each has in flight", () => {
    const members = [2, 1, 1].map((inFlight, i) => candidate(`e${i}`, 1, { inFlight }));
    const { algorithm, state, env } = start("least-conn", members);
    const trace = { summary: "", entries: [] };
    algorithm.pick(state, requestFor(members), env, trace);
    expect(trace).toEqual({
      summary: "e1 has the fewest in flight (1)",
      entries: [
        { endpoint: "e0", score: 2, reason: "2 in flight" },
        { endpoint: "e1", score: 1, reason: "1 in flight, fewest" },
        { endpoint: "e2", score: 1, reason: "1 in flight, tied: its turn comes later" },
      ],
    });
  });
});
