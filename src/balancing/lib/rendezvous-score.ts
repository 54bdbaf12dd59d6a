import { avalanche } from "./hash.ts";

/** The joint hash of a key and an endpoint, in the open interval (0, 1): both ends would break the logarithm. */
export function rendezvousHash(keyHash: number, idHash: number): number {
  return (avalanche(keyHash ^ idHash) + 0.5) / 4294967296;
}

/**
 * −ln(h)/w: the reciprocal of the weighted bid −w/ln(h), so the lowest cost is the highest bid. It is exponentially
 * distributed with rate w, and the least of such variables is the i-th with probability w_i / Σw: exact shares.
 */
export function rendezvousCost(hash: number, weight: number): number {
  return -Math.log(hash) / weight;
}
