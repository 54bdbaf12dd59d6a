import { statSync, truncateSync } from "node:fs";
import { fixed, percent } from "../figures.mjs";
import { statusOf } from "../readiness.mjs";
import { requests } from "./requests.mjs";

/** No line of either format is shorter. */
const shortestLine = 150;

/**
 * CPU time per request where each one bears a token that must be verified, is counted, and leaves a line in a file.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const access = {
  ...requests,
  about: "closed loop; RS256 tokens in rotation, a rate limit, an access log; CPU time of all of a gateway's processes",
  needs: ["haproxy", "gatewayctl"],
  async prepare(run) {
    const { token, wrongTokens } = run.access;
    const cases = { "no token": undefined, ...wrongTokens };
    for (const { name, port } of run.gateways) {
      for (const [what, wrong] of Object.entries(cases)) {
        const status = await statusOf(port, run.load, wrong);
        if (status !== 401) throw new Error(`${name} answers ${status} to ${what}: it does not do the work`);
      }
      const status = await statusOf(port, run.load, token);
      if (status !== 200) throw new Error(`${name} answers ${status} to a good token`);
    }
    return { note: `every gateway refuses: ${Object.keys(cases).join(", ")}` };
  },
  async slice(gateway, run, isFirst) {
    const { accessLog } = gateway;
    truncateSync(accessLog);
    const figures = await requests.slice(gateway, run, isFirst);
    const logged = statSync(accessLog).size;
    truncateSync(accessLog);
    return { ...figures, errors: { ...figures.errors, unlogged: logged < figures.requests * shortestLine ? 1 : 0 } };
  },
  columns: [
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
    { title: "gatewayctl ÷ peer", value: (row) => fixed(row.gatewayctlTimesPeer, 3) },
    { title: "req/s", value: (row) => fixed(row.requestsPerSecond, 0) },
    { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
    { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
    { title: "core", value: (row) => percent(row.coreShare) },
  ],
};
