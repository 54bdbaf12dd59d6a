/**
 * A seeded random source as plain data, so that state holding one survives `structuredClone`
 * and a decision can be replayed.
 *
 * sfc32 ("small fast counting", Chris Doty-Humphrey, PractRand): 128 bits of state, period ≥ 2^32,
 * passes PractRand and BigCrush; chosen because every operation is a 32-bit integer one.
 */
export interface Rng {
  a: number;
  b: number;
  c: number;
  counter: number;
}

/** A source that yields the same sequence for the same seed (any integer or string), on every machine. */
export function createRng(seed: number | string): Rng {
  const text = String(seed);
  const rng: Rng = {
    a: hash32(text, 0x9e3779b9),
    b: hash32(text, 0x243f6a88),
    c: hash32(text, 0xb7e15162),
    counter: 1,
  };
  for (let i = 0; i < 12; i++) nextUint32(rng);
  return rng;
}

/** The next 32 random bits, as an unsigned integer. */
export function nextUint32(rng: Rng): number {
  const sum = (((rng.a + rng.b) | 0) + rng.counter) | 0;
  rng.counter = (rng.counter + 1) | 0;
  rng.a = rng.b ^ (rng.b >>> 9);
  rng.b = (rng.c + (rng.c << 3)) | 0;
  rng.c = (((rng.c << 21) | (rng.c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

/** Uniform in [0, 1), with 32 bits of resolution. */
export function nextFloat(rng: Rng): number {
  return nextUint32(rng) / 4294967296;
}

/**
 * Uniform integer in [0, bound), for 1 ≤ bound ≤ 2^32, without modulo bias: values from the last, incomplete
 * run of `bound` are drawn again.
 */
export function nextInt(rng: Rng, bound: number): number {
  const limit = 4294967296 - (4294967296 % bound);
  let value = nextUint32(rng);
  while (value >= limit) value = nextUint32(rng);
  return value % bound;
}

/** FNV-1a over UTF-16 code units from a given basis, finished with murmur3's avalanche. Seeding only. */
function hash32(text: string, basis: number): number {
  let hash = basis | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
