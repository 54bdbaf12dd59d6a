/**
 * Jain's fairness index, (Σx)² ÷ (n Σx²): 1 if all are equal, 1/n if one has everything (Jain, Chiu and Hawe, DEC
 * TR-301, 1984). Here x is an endpoint's requests ÷ its speed, so that 1 means "each got what it can do". An index of
 * 0.8 reads as: as uneven as if 20 % of the capacity got nothing. 1 where there is nothing to share.
 */
export function jainIndex(shares: ArrayLike<number>): number {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < shares.length; i++) {
    const share = shares[i] ?? 0;
    sum += share;
    squares += share * share;
  }
  return squares === 0 ? 1 : (sum * sum) / (shares.length * squares);
}
