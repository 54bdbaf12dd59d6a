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
 * Median over the rounds of A's figure divided by B's in the same round. Rounds in which either had an error are left
 * out: a proxy that answers errors looks cheap.
 *
 * @param {object[]} slices
 * @param {string} key of the figure
 * @param {string} a
 * @param {string} b
 * @returns {number | undefined}
 */
export function ratio(slices, key, a, b) {
  return median(pairs(slices, a, b).map(([one, other]) => one[key] / other[key]));
}

/**
 * Median over the rounds of how much A's figure is above B's in the same round, rounds with errors left out.
 *
 * @param {object[]} slices
 * @param {string} key of the figure
 * @param {string} a
 * @param {string} b
 * @returns {number | undefined}
 */
export function difference(slices, key, a, b) {
  return median(pairs(slices, a, b).map(([one, other]) => one[key] - other[key]));
}

/** The slices of A and B in the same round, where neither had an error. */
function pairs(slices, a, b) {
  const clean = slices.filter((slice) => slice.errorCount === 0);
  return clean
    .filter(({ peer }) => peer === a)
    .flatMap((slice) => {
      const other = clean.find(({ peer, round }) => peer === b && round === slice.round);
      return other === undefined ? [] : [[slice, other]];
    });
}

/**
 * One row per peer: medians over its clean slices, ratios, and the errors of all its slices.
 *
 * @param {import("./measures/measure.mjs").Measure} measure
 * @param {{ name: string, endpoints: number }[]} gateways in the order of the table
 * @param {object[]} slices
 * @returns {object[]} CPU in microseconds, latencies in milliseconds
 */
export function summarise({ medians, compared }, gateways, slices) {
  return gateways.map(({ name, endpoints }) => {
    const own = slices.filter(({ peer }) => peer === name);
    const clean = own.filter(({ errorCount }) => errorCount === 0);
    const gatewayctlTimesPeer = ratio(slices, compared, "gatewayctl", name);
    return {
      peer: name,
      ...Object.fromEntries(medians.map((key) => [key, median(clean.map((slice) => slice[key]))])),
      timesNginx: ratio(slices, compared, name, "nginx"),
      gatewayctlTimesPeer,
      aboveGatewayctl: difference(slices, compared, name, "gatewayctl"),
      // Of gateways with several workers: what they could do, had each a core to itself.
      timesCapacity: gatewayctlTimesPeer === undefined ? undefined : workersOf(name) * gatewayctlTimesPeer,
      endpoints,
      errors: own.reduce((sum, slice) => sum + slice.errorCount, 0),
      failedSlices: own.length - clean.length,
      failures: [...new Set(own.flatMap(({ failure }) => failure ?? []))],
    };
  });
}

/** "gatewayctl-2" has two. */
function workersOf(name) {
  return Number(/-(\d+)$/.exec(name)?.[1] ?? 1);
}
