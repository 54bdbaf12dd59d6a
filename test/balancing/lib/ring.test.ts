import { describe, expect, it } from "vitest";
import { createRing, placeOf, pointCounts, updateRing } from "../../../src/balancing/lib/ring.ts";
import { weighted } from "../support.ts";

describe("createRing", () => {
  it("has points in ascending order, as many as weight says", () => {
    const ring = createRing(weighted({ a: 1, b: 2.5, c: 0 }), 100);
    expect(ring.ids).toEqual(["a", "b"]);
    expect(ring.hashes).toHaveLength(350);
    expect(ring.hashes).toEqual(ring.hashes.toSorted());
    expect(ring.owners.filter((owner) => owner === 1)).toHaveLength(250);
  });

  it("keeps every point of the others when a member joins, leaves, or changes weight", () => {
    const points = (weights: Record<string, number>, id: string) => {
      const ring = createRing(weighted(weights), 50);
      return [...ring.hashes].filter((_, i) => ring.ids[ring.owners[i]!] === id);
    };
    const before = points({ a: 1, b: 2 }, "b");
    expect(points({ b: 2 }, "b")).toEqual(before);
    expect(points({ a: 7, b: 2, c: 1 }, "b")).toEqual(before);
    expect(points({ b: 1 }, "b").every((hash) => before.includes(hash))).toBe(true);
  });
});

describe("pointCounts", () => {
  it("gives at least one, and halves all alike where they would be more than 2^18", () => {
    expect(pointCounts([1, 0.001], 160)).toEqual([160, 1]);
    expect(pointCounts([1000, 3000], 160)).toEqual([40_000, 120_000]); // 640,000 points, halved twice
  });
});

describe("placeOf", () => {
  const ring = { ids: ["a"], weights: [1], points: 3, hashes: Uint32Array.of(10, 20, 30), owners: new Uint32Array(3) };
  it.each([
    { hash: 0, place: 0 },
    { hash: 10, place: 0 },
    { hash: 11, place: 1 },
    { hash: 30, place: 2 },
    { hash: 31, place: 0 },
    { hash: 0xffffffff, place: 0 },
  ])("of $hash is $place: the first point at or clockwise of it", ({ hash, place }) => {
    expect(placeOf(ring, hash)).toBe(place);
  });
});

describe("updateRing", () => {
  it("builds nothing while members and weights are the same, in any order", () => {
    const ring = createRing(weighted({ a: 1, b: 2 }), 10);
    const { hashes } = ring;
    updateRing(ring, weighted({ b: 2, a: 1, c: 0 }));
    expect(ring.hashes).toBe(hashes);
    updateRing(ring, weighted({ b: 2, a: 2 }));
    expect(ring.hashes).not.toBe(hashes);
    expect(ring).toEqual(createRing(weighted({ b: 2, a: 2 }), 10));
  });
});
