import { hashString } from "./hash.ts";
import type { Roster } from "./roster.ts";

/** Seeds of the two hashes that make an endpoint's permutation of the table. */
const OFFSET_SEED = 0x4f464653;
const SKIP_SEED = 0x534b4950;

/**
 * Maglev's lookup table (Eisenbud et al., NSDI 2016, section 3.4): of each place, the index of its owner.
 *
 * Endpoints take turns to claim the next free place of their own permutation of all places. An endpoint of lower
 * weight than the heaviest takes fewer turns. `size` must be prime, so that every skip walks through all places.
 * With equal weights the shares differ by one place at most.
 */
export function populateTable(roster: Roster, size: number): Uint32Array {
  const { ids, weights } = roster;
  if (ids.length === 0) return new Uint32Array(0);
  const table = new Uint32Array(size).fill(ids.length);
  const place = Float64Array.from(ids, (id) => hashString(id, OFFSET_SEED) % size);
  const skip = Float64Array.from(ids, (id) => (hashString(id, SKIP_SEED) % (size - 1)) + 1);
  const heaviest = Math.max(...weights);
  const due = new Float64Array(ids.length);
  let filled = 0;
  for (let round = 1; filled < size; round++) {
    for (let i = 0; i < ids.length && filled < size; i++) {
      if (round * weights[i]! < due[i]!) continue;
      due[i] = due[i]! + heaviest;
      let at = place[i]!;
      while (table[at]! !== ids.length) at = (at + skip[i]!) % size;
      table[at] = i;
      place[i] = (at + skip[i]!) % size;
      filled++;
    }
  }
  return table;
}

/** True for a prime number; by trial division, which is quick for any table that fits in memory. */
export function isPrime(value: number): boolean {
  if (!Number.isInteger(value) || value < 2) return false;
  for (let divisor = 2; divisor * divisor <= value; divisor++) if (value % divisor === 0) return false;
  return true;
}
