import { fixed } from "../figures.mjs";
import { tail } from "./tail.mjs";

/** Requests a second. */
const rate = 1000;

/**
 * What a rate limit that is counted in Redis adds to response times.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const redisLimit = {
  ...tail,
  about: `open loop at ${rate} req/s; response times from when a request was due; Redis on the load's core`,
  needs: ["gatewayctl", "gatewayctl-redis"],
  prepare: async () => ({ rate }),
  columns: [
    { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
    { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
    { title: "added to p99", value: (row) => fixed(row.aboveGatewayctl, 2) },
    { title: "p99.9 ms", value: (row) => fixed(row.p999, 2) },
    { title: "max ms", value: (row) => fixed(row.max, 1) },
    { title: "sent late, p99 ms", value: (row) => fixed(row.late, 2) },
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
  ],
};
