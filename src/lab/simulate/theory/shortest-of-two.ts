/** States beyond this many at one endpoint are left out: at load 0.7 their probability is below 1e-18. */
const MOST = 60;

/**
 * The mean response time when each request joins the shorter of two M/M/1 queues, in units of the mean service time.
 *
 * There is no closed form, so the Markov chain itself is solved: states (short, long) with short ≤ long, arrivals at
 * 2 rho to the short one (to either, if equal), departures at 1 from each. Gauss and Seidel's sweeps over the balance
 * equations until nothing moves, then Little's law.
 * Source of the model: Haight, Two queues in parallel (Biometrika 45, 1958); Kingman (1961).
 */
export function shortestOfTwoMean(rho: number): number {
  const size = MOST + 1;
  const p = Float64Array.from({ length: size * size }, (_, at) => {
    const [short, long] = [Math.floor(at / size), at % size];
    return short <= long ? rho ** (short + long) * 0.5 ** (long - short) : 0;
  });
  let change = 1;
  for (let sweep = 0; sweep < 20_000 && change > 1e-10; sweep++) {
    change = normalize(p, sweepOnce(p, size, 2 * rho));
  }
  let number = 0;
  for (let short = 0; short < size; short++) {
    for (let long = short; long < size; long++) number += (short + long) * (p[short * size + long] as number);
  }
  return number / (2 * rho);
}

/** One sweep: each probability from its neighbours' flow into it; returns the largest relative move. */
function sweepOnce(p: Float64Array, size: number, arrivals: number): number {
  let largest = 0;
  for (let sum = 0; sum < 2 * size - 1; sum++) {
    for (let short = Math.max(0, sum - size + 1); 2 * short <= sum; short++) {
      const at = short * size + sum - short;
      const before = p[at] as number;
      const after = flowInto(p, size, arrivals, short, sum - short) / flowOut(size, arrivals, short, sum - short);
      p[at] = after;
      if (before > 1e-14) largest = Math.max(largest, Math.abs(after - before) / before);
    }
  }
  return largest;
}

function flowOut(size: number, arrivals: number, short: number, long: number): number {
  const admits = short < size - 1 ? arrivals : 0;
  return admits + (short > 0 ? 1 : 0) + (long > 0 ? 1 : 0);
}

function flowInto(p: Float64Array, size: number, arrivals: number, short: number, long: number): number {
  const at = (a: number, b: number): number => {
    if (a < 0 || b < 0 || a >= size || b >= size) return 0;
    return p[a <= b ? a * size + b : b * size + a] as number;
  };
  let flow = 0;
  // An arrival to the shorter one: it was one less, or both were equal and this one is now the longer.
  if (short >= 1) flow += arrivals * at(short - 1, long);
  if (long === short + 1) flow += arrivals * at(short, short);
  // A departure from either.
  if (short < long) flow += at(short + 1, long) * (short + 1 === long ? 2 : 1) + at(short, long + 1);
  else flow += at(short, long + 1);
  return flow;
}

function normalize(p: Float64Array, change: number): number {
  const total = p.reduce((sum, each) => sum + each, 0);
  for (let i = 0; i < p.length; i++) p[i] = (p[i] as number) / total;
  return change;
}
