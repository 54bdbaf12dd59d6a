import { describe, expect, it } from "vitest";
import { type KnownOutcome, OutcomeCache } from "../../../../src/policies/authenticate/introspection/outcome-cache.ts";
import { refused } from "../../../../src/policies/authenticate/method.ts";

const known = (bytes = 1): KnownOutcome => ({ outcome: refused("no"), until: 0, expiresAt: 0, bytes });

describe("the cache of what is known of tokens", () => {
  it("never has more than 10,000, and keeps those that are asked for", () => {
    const cache = new OutcomeCache();
    const kept = known();
    cache.set("kept", kept);
    for (let i = 0; i < 30_000; i++) {
      cache.set(`t${i}`, known());
      if (i % 1_000 === 0) expect(cache.get("kept")).toBe(kept);
    }
    expect(cache.size).toBeLessThanOrEqual(10_000);
    expect(cache.get("kept")).toBe(kept);
    expect(cache.get("t0")).toBeUndefined();
    expect(cache.get("t29999")).toBeDefined();
  });

  it("never has more than two times 8 MiB", () => {
    const cache = new OutcomeCache();
    for (let i = 0; i < 100; i++) cache.set(`t${i}`, known(1024 * 1024));
    expect(cache.size).toBeLessThanOrEqual(16);
    expect(cache.size).toBeGreaterThanOrEqual(8);
  });

  it("counts what is replaced or deleted no longer", () => {
    const cache = new OutcomeCache();
    cache.set("kept", known());
    for (let i = 0; i < 100; i++) cache.set("same", known(1024 * 1024));
    for (let i = 0; i < 100; i++) {
      cache.set("other", known(1024 * 1024));
      cache.delete("other");
    }
    expect([cache.size, cache.get("other")]).toEqual([2, undefined]);
  });
});
