/**
 * Median; of an even number of values, the mean of the two in the middle.
 *
 * @param {number[]} values
 * @returns {number | undefined} undefined of no values
 */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : mean(sorted[middle - 1], sorted[middle]);
}

function mean(a, b) {
  return a === undefined || b === undefined ? undefined : (a + b) / 2;
}

/**
 * Median over the rounds of A's CPU per request divided by B's in the same round. Rounds in which either had an error
 * are left out: a proxy that answers errors looks cheap.
 *
 * @param {object[]} slices
 * @param {string} a
 * @param {string} b
 * @returns {number | undefined}
 */
export function cpuRatio(slices, a, b) {
  const clean = slices.filter((slice) => slice.errorCount === 0);
  const ratios = [];
  for (const slice of clean.filter(({ peer }) => peer === a)) {
    const other = clean.find(({ peer, round }) => peer === b && round === slice.round);
    if (other !== undefined) ratios.push(slice.cpuPerRequest / other.cpuPerRequest);
  }
  return median(ratios);
}

/**
 * One row per peer: medians over its clean slices, ratios, and the errors of all its slices.
 *
 * @param {{ name: string, endpoints: number }[]} gateways in the order of the table
 * @param {object[]} slices
 * @returns {object[]} CPU in microseconds, latencies in milliseconds
 */
export function summarise(gateways, slices) {
  return gateways.map(({ name, endpoints }) => {
    const own = slices.filter(({ peer }) => peer === name);
    const clean = own.filter(({ errorCount }) => errorCount === 0);
    const of = (key) => median(clean.map((slice) => slice[key]));
    return {
      peer: name,
      cpuPerRequest: of("cpuPerRequest"),
      timesNginx: cpuRatio(slices, name, "nginx"),
      gatewayctlTimesPeer: cpuRatio(slices, "gatewayctl", name),
      requestsPerSecond: of("requestsPerSecond"),
      p50: of("p50"),
      p99: of("p99"),
      coreShare: of("coreShare"),
      endpoints,
      errors: own.reduce((sum, slice) => sum + slice.errorCount, 0),
      failedSlices: own.length - clean.length,
      failures: [...new Set(own.flatMap(({ failure }) => failure ?? []))],
    };
  });
}
