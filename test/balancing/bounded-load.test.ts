import { describe, expect, it } from "vitest";
import { nextFloat, nextInt } from "../../src/shared/rng.ts";
import { candidate, envOf, fleet, keysOf, placement, requestFor, start, weighted } from "./support.ts";
import { fc } from "../helpers/property.ts";

describe("bounded-load", () => {
  it.each([1.05, 1.25, 2])("never exceeds ⌈%d × mean⌉, with half of all requests for one key", (factor) => {
    const members = fleet(10);
    const request = requestFor(members);
    const { pick, env } = start("bounded-load", members, { factor }, envOf("hot"));
    const open: string[] = [];
    for (let i = 0; i < 20_000; i++) {
      const key = nextFloat(env.rng) < 0.5 ? "hot" : `user-${nextInt(env.rng, 1000)}`;
      const id = pick({ ...request, key })!;
      request.byId.get(id)!.inFlight++;
      open.push(id);
      // The bound holds for the endpoint that takes one more; departures elsewhere may lower the mean later.
      expect(request.byId.get(id)!.inFlight).toBeLessThanOrEqual(Math.ceil((factor * open.length) / 10));
      while (open.length > 20 + (i % 100)) {
        const done = open.splice(nextInt(env.rng, open.length), 1)[0]!;
        request.byId.get(done)!.inFlight--;
      }
    }
  });

  it("bounds by weight, in every order of arrivals", () => {
    const weight = fc.double({ min: 0.1, max: 10, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(weight, { minLength: 1, maxLength: 6 }),
        fc.array(fc.nat(5), { maxLength: 60 }),
        (weights, keys) => {
          const members = weights.map((each, i) => candidate(`e${i}`, each));
          const request = requestFor(members);
          const total = weights.reduce((sum, each) => sum + each, 0);
          const { pick } = start("bounded-load", members, { points: 8 });
          keys.forEach((key, i) => {
            const picked = request.byId.get(pick({ ...request, key: `${key}` })!)!;
            picked.inFlight++;
            expect(picked.inFlight).toBeLessThanOrEqual(Math.ceil((1.25 * (i + 1) * picked.weight) / total));
          });
        },
      ),
    );
  });

  it("is consistent-hash while nobody is at the bound", () => {
    const members = fleet(10);
    expect(placement("bounded-load", members, keysOf(2000))).toEqual(
      placement("consistent-hash", members, keysOf(2000)),
    );
  });

  it("sends what overflows to the next in line, and back once there is room", () => {
    const members = weighted({ a: 1, b: 1, c: 1 });
    const request = requestFor(members, "k");
    const { pick } = start("bounded-load", members);
    const owner = pick(request)!;
    const heir = start("consistent-hash", members).pick(
      requestFor(
        members.filter(({ id }) => id !== owner),
        "k",
      ),
    );
    request.byId.get(owner)!.inFlight = 1; // ⌈1.25 · 2/3⌉ = 1
    expect(pick(request)).toBe(heir);
    request.byId.get(heir!)!.inFlight = 1; // ⌈1.25 · 3/3⌉ = 2
    expect(pick(request)).toBe(owner);
  });

  it("goes over the bound rather than try an endpoint twice", () => {
    const members = weighted({ a: 1, b: 1 });
    members[1]!.inFlight = 50;
    expect(start("bounded-load", members).pick(requestFor(members, "k", ["a"]))).toBe("b");
  });

  it("then goes by the ring", () => {
    const members = weighted({ a: 1, b: 1, c: 1 });
    const ring = start("consistent-hash", members);
    const { pick } = start("bounded-load", members);
    members[1]!.inFlight = 50;
    members[2]!.inFlight = 50;
    const places = keysOf(20).map((key) => pick(requestFor(members, key, ["a"])));
    expect(places).toEqual(keysOf(20).map((key) => ring.pick(requestFor(members, key, ["a"]))));
    expect(new Set(places)).toEqual(new Set(["b", "c"]));
  });

  it("tells load and bound", () => {
    const members = weighted({ a: 1, b: 1 });
    const { algorithm, state, env } = start("bounded-load", members);
    const trace = { summary: "", entries: [] as { reason: string }[] };
    algorithm.pick(state, requestFor(members, "k"), env, trace as never);
    for (const { reason } of trace.entries) expect(reason).toMatch(/, 0 in flight of at most 1$/);
  });

  it.each([1, 0.5, -2])("refuses a factor of %d", (factor) => {
    expect(() => start("bounded-load", [], { factor })).toThrow();
  });
});
