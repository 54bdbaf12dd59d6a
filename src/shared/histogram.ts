/**
 * A streaming log-linear histogram: every power of two is cut into 128 equal buckets, as in HdrHistogram (Gil Tene),
 * but the bucket is read straight from the bits of the floating-point number, so that recording costs no logarithm.
 *
 * The memory is fixed (36 KB), whatever is recorded. Values carry no unit; the range suits milliseconds:
 * 2^-10 (about 1 µs) to 2^26 (about 18 hours). Plain data, so that it survives `structuredClone` and `postMessage`.
 */
export interface Histogram {
  readonly counts: Float64Array;
  count: number;
  sum: number;
  min: number;
  max: number;
}

/** log2 of the buckets of one octave: a bucket is at most 1/128 = 0.8 % of its value wide. */
const PRECISION_BITS = 7;
const BUCKETS_PER_OCTAVE = 1 << PRECISION_BITS;
const LOWEST_EXPONENT = -10;
const OCTAVES = 36;
const LOWEST = 2 ** LOWEST_EXPONENT;
/** Bucket 0 takes what is below the range, and the last one what is above it. */
const BUCKETS = OCTAVES * BUCKETS_PER_OCTAVE + 2;
const LAST = BUCKETS - 1;

/** The high word of a double is sign (1), exponent (11), top of the fraction (20): shifted, it counts buckets. */
const SHIFT = 20 - PRECISION_BITS;
const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);
const HIGH_WORD = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1 ? 1 : 0;
/** What the shifted high word is for LOWEST, less one because bucket 0 is taken. */
const OFFSET = ((1023 + LOWEST_EXPONENT) << PRECISION_BITS) - 1;

/** An empty histogram. */
export function createHistogram(): Histogram {
  return { counts: new Float64Array(BUCKETS), count: 0, sum: 0, min: Number.POSITIVE_INFINITY, max: 0 };
}

/**
 * Records one value; allocates nothing. Anything below the range, negative numbers and NaN (a clock that stepped back)
 * included, counts as the lowest; above the range only the bucket is bounded, sum and maximum stay exact.
 */
export function recordValue(histogram: Histogram, value: number): void {
  let bucket = 0;
  let exact = value;
  if (value >= LOWEST) {
    double[0] = value;
    bucket = ((words[HIGH_WORD] as number) >>> SHIFT) - OFFSET;
    if (bucket > LAST) bucket = LAST;
  } else if (!(value > 0)) {
    exact = 0;
  }
  histogram.counts[bucket] = (histogram.counts[bucket] as number) + 1;
  histogram.count++;
  histogram.sum += exact;
  if (exact > histogram.max) histogram.max = exact;
  if (exact < histogram.min) histogram.min = exact;
}

/**
 * The value below or at which `percent` (0 to 100) of the recorded ones lie; 0 if there are none. Interpolated inside
 * the bucket, so off by at most the bucket's width (0.8 %), and never outside what was recorded; 100 is the maximum.
 */
export function percentile(histogram: Histogram, percent: number): number {
  const { counts, count, min, max } = histogram;
  if (count === 0) return 0;
  const rank = Math.min(Math.max(percent, 0), 100) * (count / 100);
  if (rank >= count) return max;
  let before = 0;
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    const inside = counts[bucket] as number;
    if (inside > 0 && before + inside >= rank) {
      const low = lowerBound(bucket);
      const high = bucket === LAST ? max : lowerBound(bucket + 1);
      const value = low + (high - low) * ((rank - before) / inside);
      return Math.min(Math.max(value, min), max);
    }
    before += inside;
  }
  return max;
}

/** The exact arithmetic mean; 0 if nothing was recorded. */
export function meanOf(histogram: Histogram): number {
  return histogram.count === 0 ? 0 : histogram.sum / histogram.count;
}

/** Adds all of `other` to `histogram`, as if its values had been recorded there. */
export function mergeHistogram(histogram: Histogram, other: Histogram): void {
  for (let bucket = 0; bucket < BUCKETS; bucket++) {
    histogram.counts[bucket] = (histogram.counts[bucket] as number) + (other.counts[bucket] as number);
  }
  histogram.count += other.count;
  histogram.sum += other.sum;
  histogram.max = Math.max(histogram.max, other.max);
  histogram.min = Math.min(histogram.min, other.min);
}

/** Forgets everything, and keeps the memory. */
export function resetHistogram(histogram: Histogram): void {
  histogram.counts.fill(0);
  histogram.count = 0;
  histogram.sum = 0;
  histogram.min = Number.POSITIVE_INFINITY;
  histogram.max = 0;
}

/** The smallest value that falls into a bucket. */
export function lowerBound(bucket: number): number {
  if (bucket === 0) return 0;
  const position = bucket - 1;
  const octave = Math.floor(position / BUCKETS_PER_OCTAVE);
  const step = position % BUCKETS_PER_OCTAVE;
  return 2 ** (LOWEST_EXPONENT + octave) * (1 + step / BUCKETS_PER_OCTAVE);
}
