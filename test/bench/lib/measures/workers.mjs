import { cpuByProcess, cpuMicrosBetween } from "../cpu.mjs";
import { fixed, percent } from "../figures.mjs";
import { loadBetweenSnapshots, requests, sliceOf } from "./requests.mjs";

/**
 * What a second worker is worth: as many cores as workers, divided by the CPU time per request, says how many requests a
 * second they could do if each had a core to itself. Both share the gateway's core here, because the load must not have
 * to share one with them.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const workers = {
  ...requests,
  about: "closed loop; capacity is workers ÷ CPU time per request, summed over all processes",
  needs: ["gatewayctl"],
  async slice(gateway, run, isFirst) {
    const { result, before, after } = await loadBetweenSnapshots(gateway, run, isFirst);
    const cpuMicros = cpuMicrosBetween(before, after);
    const shares = [...cpuByProcess(before, after).values()]
      .map((micros) => micros / cpuMicros)
      .toSorted((a, b) => b - a);
    return { ...sliceOf(result, cpuMicros), busiest: shares[0], second: shares[1] ?? 0 };
  },
  medians: [...requests.medians, "busiest", "second"],
  columns: [
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
    { title: "× one worker's capacity", value: (row) => fixed(row.timesCapacity, 2) },
    { title: "busiest process", value: (row) => percent(row.busiest) },
    { title: "second", value: (row) => percent(row.second) },
    { title: "req/s", value: (row) => fixed(row.requestsPerSecond, 0) },
    { title: "core", value: (row) => percent(row.coreShare) },
  ],
};
