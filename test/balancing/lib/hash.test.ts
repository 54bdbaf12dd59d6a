import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { avalanche, hashKey, hashString } from "../../../src/balancing/lib/hash.ts";

/** MurmurHash3_x86_32 written over bytes, word by word, as the reference source has it. */
function reference(bytes: Uint8Array, seed: number): number {
  const rotl = (x: number, r: number) => (x << r) | (x >>> (32 - r));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const blocks = Math.floor(bytes.length / 4);
  let h = seed | 0;
  for (let i = 0; i < blocks; i++) {
    const k = Math.imul(rotl(Math.imul(view.getUint32(i * 4, true), 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotl(h ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  const tail = bytes.subarray(blocks * 4);
  let k = 0;
  for (let i = tail.length - 1; i >= 0; i--) k = (k << 8) | tail[i]!;
  h ^= Math.imul(rotl(Math.imul(k, 0xcc9e2d51), 15), 0x1b873593) ^ bytes.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

describe("hashString", () => {
  // Vectors in common use to check ports of MurmurHash3_x86_32.
  it.each([
    { text: "", seed: 0, hash: 0 },
    { text: "", seed: 1, hash: 0x514e28b7 },
    { text: "", seed: 0xffffffff, hash: 0x81f16f39 },
    { text: "\0", seed: 0, hash: 0x514e28b7 },
    { text: "\0\0", seed: 0, hash: 0x30f4c306 },
    { text: "\0\0\0", seed: 0, hash: 0x85f0b427 },
    { text: "\0\0\0\0", seed: 0, hash: 0x2362f9de },
    { text: "a", seed: 0x9747b28c, hash: 0x7fa09ea6 },
    { text: "aa", seed: 0x9747b28c, hash: 0x5d211726 },
    { text: "aaa", seed: 0x9747b28c, hash: 0x283e0130 },
    { text: "aaaa", seed: 0x9747b28c, hash: 0x5a97808a },
    { text: "ab", seed: 0x9747b28c, hash: 0x74875592 },
    { text: "abc", seed: 0x9747b28c, hash: 0xc84a62dd },
    { text: "abcd", seed: 0x9747b28c, hash: 0xf0478627 },
    { text: "Hello, world!", seed: 0x9747b28c, hash: 0x24884cba },
    { text: "ππππππππ", seed: 0x9747b28c, hash: 0xd58063c1 },
    { text: "The quick brown fox jumps over the lazy dog", seed: 0x9747b28c, hash: 0x2fa826cd },
  ])("of $text with seed $seed", ({ text, seed, hash }) => {
    expect(hashString(text, seed)).toBe(hash);
  });

  it("equals the reference over the UTF-8 bytes, for every kind of string", () => {
    const any = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.string(), lone);
    fc.assert(
      fc.property(any, fc.integer(), (text, seed) => {
        expect(hashString(text, seed)).toBe(reference(new TextEncoder().encode(text), seed));
      }),
      { numRuns: 500 },
    );
  });
});

/** Strings with surrogates that have no partner, which UTF-8 cannot express. */
const lone = fc
  .array(fc.constantFrom(0xd800, 0xdbff, 0xdc00, 0xdfff, 0x41, 0xe9), { maxLength: 12 })
  .map((units) => String.fromCharCode(...units));

describe("hashKey", () => {
  it("takes no key for the empty one", () => {
    expect(hashKey(undefined)).toBe(hashKey(""));
    expect(hashKey("x")).toBe(hashString("x", 0));
  });
});

describe("avalanche", () => {
  it("flips every output bit for half of the inputs, whichever input bit changes", () => {
    const trials = 4000;
    for (let bit = 0; bit < 32; bit++) {
      const flips = new Array<number>(32).fill(0);
      for (let i = 0; i < trials; i++) {
        const input = Math.imul(i, 0x9e3779b9);
        const change = avalanche(input) ^ avalanche(input ^ (1 << bit));
        for (let out = 0; out < 32; out++) if ((change >>> out) & 1) flips[out]!++;
      }
      // Binomial(4000, ½) has σ = 31.6; 5.5 σ for 1,024 pairs of bits leaves a chance of 4 in 100,000.
      for (const count of flips) expect(Math.abs(count - trials / 2)).toBeLessThan(174);
    }
  });
});
