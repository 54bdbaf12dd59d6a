/** A score or a weight in few characters: "3", "0.3333", "2e+9". */
export function formatScore(score: number): string {
  if (Number.isInteger(score) && Math.abs(score) < 1e6) return String(score);
  const short = Number(score.toPrecision(4));
  return Math.abs(short) < 1e6 ? score.toPrecision(4) : short.toExponential();
}
