/** A difference of means with the interval that holds the true one in 95 of 100 experiments. */
export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** The confidence that `pairedInterval` has. */
export const CONFIDENCE = 0.95;

/** Student's t, two-sided 95 %, for 1 to 30 degrees of freedom; beyond, the normal's 1.96 is near enough. */
const T_95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11,
  2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * The mean of `b[i] - a[i]` with its 95 % t-interval. Both lists hold the same replications in the same order: what
 * chance did to both falls out of the difference (common random numbers). Fewer than two pairs say nothing about
 * chance: the interval is infinite.
 */
export function pairedInterval(a: readonly number[], b: readonly number[]): Interval {
  const differences = a.map((value, i) => (b[i] ?? value) - value);
  const count = differences.length;
  const mean = differences.reduce((sum, value) => sum + value, 0) / Math.max(1, count);
  if (count < 2) return { mean, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1);
  const half = (T_95[count - 2] ?? 1.96) * Math.sqrt(variance / count);
  return { mean, low: mean - half, high: mean + half };
}

/** The interval of what is positive and differs by factors: that of the logarithms. Null if there is but one value. */
export function ratioInterval(values: readonly number[]): { low: number; high: number } | null {
  if (values.length < 2) return null;
  const { low, high } = pairedInterval(
    values.map(() => 0),
    values.map((value) => Math.log(Math.max(value, Number.MIN_VALUE))),
  );
  return { low: Math.exp(low), high: Math.exp(high) };
}
