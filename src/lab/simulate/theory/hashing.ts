/**
 * The mean of the largest number of balls in any of `bins` bins, each ball thrown at random: exact, from
 * P(all ≤ k) = balls! / bins^balls × the coefficient of x^balls in (1 + x + x²/2! + … + x^k/k!)^bins.
 * Each polynomial is scaled so that its coefficients are Poisson probabilities with the mean balls / bins.
 * Source: Raab and Steger, Balls into Bins (RANDOM 1998), for how it grows: about ln n / ln ln n for n balls in n bins.
 */
export function meanLargestBin(balls: number, bins: number): number {
  let mean = 0;
  const all = poisson(balls, balls);
  for (let k = 0; k < balls; k++) {
    const atMost = power(
      Float64Array.from({ length: balls + 1 }, (_, i) => (i <= k ? poisson(i, balls / bins) : 0)),
      bins,
    );
    const above = 1 - (atMost[balls] as number) / all;
    mean += above;
    if (above < 1e-12) break;
  }
  return mean;
}

/** e^-mean mean^i / i!, by logarithms. */
function poisson(i: number, mean: number): number {
  let log = i * Math.log(mean) - mean;
  for (let j = 2; j <= i; j++) log -= Math.log(j);
  return Math.exp(log);
}

/** A polynomial to a power, cut off at its own length: by squaring. */
function power(base: Float64Array, exponent: number): Float64Array {
  let result: Float64Array | undefined;
  let square = base;
  for (let left = exponent; left > 0; left >>= 1) {
    if (left & 1) result = result === undefined ? square : product(result, square);
    if (left > 1) square = product(square, square);
  }
  return result ?? base;
}

function product(a: Float64Array, b: Float64Array): Float64Array {
  const result = new Float64Array(a.length);
  for (let i = 0; i < a.length; i++) {
    const factor = a[i] as number;
    if (factor === 0) continue;
    for (let j = 0; i + j < a.length; j++) result[i + j] = (result[i + j] as number) + factor * (b[j] as number);
  }
  return result;
}

/**
 * The deviation of an endpoint's share of a hash ring, as a fraction of the mean share. With v points each and N = n v
 * random points in all, the arcs before v of them add up to a Beta(v, N - v): mean v / N, variance
 * v (N - v) / (N² (N + 1)). Their quotient is sqrt((N - v) / (v (N + 1))), about 1 / sqrt(v).
 * Source: spacings of uniform points, Devroye, Non-Uniform Random Variate Generation (1986), section V.2; the ring is
 * that of Karger et al. (STOC 1997).
 */
export function ringShareDeviation(endpoints: number, points: number): number {
  const all = endpoints * points;
  return Math.sqrt((all - points) / (points * (all + 1)));
}
