import { nextFloat, nextInt, type Rng } from "../../shared/rng.ts";

/** Who sends the requests: what hashing algorithms hash. */
export interface KeyPopularity {
  /** How many different keys (clients) there are. */
  readonly count: number;
  /** 0: all are equally busy. Above: the i-th busiest sends in proportion to 1 / i^skew (Zipf; 1 is a usual one). */
  readonly skew: number;
}

/** A source of keys: IPv4 addresses, so that algorithms that hash the client's address read what they would live. */
export function createKeySource(popularity: KeyPopularity): (rng: Rng) => string {
  const keys = Array.from({ length: popularity.count }, (_, i) => address(i));
  const { length } = keys;
  if (popularity.skew === 0) return (rng) => keys[nextInt(rng, length)] as string;
  const { thresholds, aliases } = aliasTable(length, popularity.skew);
  return (rng) => {
    const slot = nextInt(rng, length);
    const index = nextFloat(rng) < (thresholds[slot] as number) ? slot : (aliases[slot] as number);
    return keys[index] as string;
  };
}

/** The i-th address: a bijection of 32 bits, so that no two are equal and neighbours share no prefix. */
function address(index: number): string {
  const bits = Math.imul(index + 1, 0x9e3779b1) >>> 0;
  return `${bits >>> 24}.${(bits >>> 16) & 255}.${(bits >>> 8) & 255}.${bits & 255}`;
}

/** Vose's alias method (1991): a draw from any discrete distribution in constant time. */
function aliasTable(length: number, skew: number): { thresholds: Float64Array; aliases: Int32Array } {
  const thresholds = new Float64Array(length);
  let total = 0;
  for (let i = 0; i < length; i++) total += thresholds[i] = (i + 1) ** -skew;
  const small: number[] = [];
  const large: number[] = [];
  for (let i = 0; i < length; i++) {
    const scaled = ((thresholds[i] as number) * length) / total;
    thresholds[i] = scaled;
    (scaled < 1 ? small : large).push(i);
  }
  const aliases = Int32Array.from({ length }, (_, i) => i);
  while (small.length > 0 && large.length > 0) {
    const poor = small.pop() as number;
    const rich = large.pop() as number;
    aliases[poor] = rich;
    const left = (thresholds[rich] as number) + (thresholds[poor] as number) - 1;
    thresholds[rich] = left;
    (left < 1 ? small : large).push(rich);
  }
  // What is left over is 1 but for rounding.
  for (const slot of [...small, ...large]) thresholds[slot] = 1;
  return { thresholds, aliases };
}
