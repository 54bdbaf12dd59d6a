import { describe, expect, it } from "vitest";
import { TokenCache, type VerifiedToken } from "../../../../src/policies/authenticate/jwt/token-cache.ts";

const tokenOf = (i: number, length = 40) => `${i}`.padStart(length, "t");
const verified = (token: string) => ({ token }) as VerifiedToken;

describe("tokens that were verified", () => {
  it("are found whole only: another token with the same end is not one of them", () => {
    const cache = new TokenCache();
    cache.set(verified(`a${tokenOf(1)}`));
    expect(cache.get(`a${tokenOf(1)}`)).toBeDefined();
    expect(cache.get(`b${tokenOf(1)}`)).toBeUndefined();
    expect(cache.get(tokenOf(1))).toBeUndefined();
  });

  it("are 10,000 at most, and those in use stay", () => {
    const cache = new TokenCache();
    cache.set(verified(tokenOf(0)));
    for (let i = 1; i <= 50_000; i++) {
      cache.set(verified(tokenOf(i)));
      if (i % 1_000 === 0) expect(cache.get(tokenOf(0))).toBeDefined();
      if (i % 1_000 === 0) expect(cache.size).toBeLessThanOrEqual(10_000);
    }
    expect(cache.get(tokenOf(50_000))).toBeDefined();
    expect(cache.get(tokenOf(1))).toBeUndefined();
  });

  it("are 16 MiB at most", () => {
    const cache = new TokenCache();
    for (let i = 0; i < 10_000; i++) cache.set(verified(tokenOf(i, 8_192)));
    expect(cache.size).toBeLessThanOrEqual(2_048);
  });

  it("are gone when they are taken out, from both generations", () => {
    const cache = new TokenCache();
    for (let i = 0; i < 5_001; i++) cache.set(verified(tokenOf(i)));
    for (const i of [0, 5_000]) {
      cache.delete(tokenOf(i));
      expect(cache.get(tokenOf(i))).toBeUndefined();
    }
  });
});
