import { cpuMicrosBetween, cpuSnapshot } from "../cpu.mjs";
import { fixed, percent } from "../figures.mjs";
import { runWrk } from "../wrk.mjs";

/** Seconds of load before a slice is measured; the first time longer, so that a Node peer's hot code is compiled. */
const warmUp = { first: 2, later: 1 };

/**
 * CPU time per request, of a gateway's whole process tree over the requests that the load saw completed.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const requests = {
  about: "closed loop; CPU time of all of a gateway's processes",
  needs: ["nginx", "gatewayctl"],
  async slice(gateway, run, isFirst) {
    const { result, before, after } = await loadBetweenSnapshots(gateway, run, isFirst);
    return sliceOf(result, cpuMicrosBetween(before, after));
  },
  describe: ({ cpuPerRequest, requestsPerSecond, p99 }) =>
    `${fixed(cpuPerRequest, 1).padStart(7)} µs/request  ${fixed(requestsPerSecond, 0).padStart(7)} req/s` +
    `  p99 ${fixed(p99, 1).padStart(6)} ms`,
  medians: ["cpuPerRequest", "requestsPerSecond", "p50", "p99", "coreShare"],
  compared: "cpuPerRequest",
  columns: [
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
    { title: "× nginx", value: (row) => fixed(row.timesNginx, 2) },
    { title: "gatewayctl ÷ peer", value: (row) => fixed(row.gatewayctlTimesPeer, 3) },
    { title: "req/s", value: (row) => fixed(row.requestsPerSecond, 0) },
    { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
    { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
    { title: "core", value: (row) => percent(row.coreShare) },
    { title: "endpoints", value: (row) => String(row.endpoints) },
  ],
};

/**
 * Warms a gateway up and loads it for one slice.
 *
 * @param {import("./measure.mjs").Gateway} gateway
 * @param {import("./measure.mjs").Run} run
 * @param {boolean} isFirst
 * @returns {Promise<{ result: Awaited<ReturnType<typeof runWrk>>, before: ReturnType<typeof cpuSnapshot>,
 *   after: ReturnType<typeof cpuSnapshot> }>}
 */
export async function loadBetweenSnapshots(gateway, run, isFirst) {
  await runWrk({ ...run, port: gateway.port, seconds: isFirst ? warmUp.first : warmUp.later });
  const before = cpuSnapshot(gateway.pid);
  const result = await runWrk({ ...run, port: gateway.port });
  return { result, before, after: cpuSnapshot(gateway.pid) };
}

/**
 * The figures of a slice in a closed loop.
 *
 * @param {Awaited<ReturnType<typeof runWrk>>} result
 * @param {number} cpuMicros
 */
export function sliceOf({ requests: answered, micros, p50, p99, errors }, cpuMicros) {
  return {
    cpuPerRequest: cpuMicros / answered,
    requestsPerSecond: answered / (micros / 1e6),
    p50: p50 / 1000,
    p99: p99 / 1000,
    coreShare: cpuMicros / micros,
    requests: answered,
    errors,
  };
}
