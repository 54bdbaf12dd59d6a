/** To four decimals: finer than a histogram is, and short to read. */
export function rounded(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
