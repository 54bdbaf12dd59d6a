import { fixed, percent } from "../figures.mjs";
import { requests } from "./requests.mjs";

/**
 * CPU time per request where caches answer by themselves, beside nginx that passes each request on.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const cached = {
  ...requests,
  about: "closed loop; answers of 64 clients' one URL, stored for an hour, but nginx, which passes every request on",
  needs: ["nginx", "nginx-cache", "gatewayctl"],
  async prepare({ gateways }) {
    // The endpoint has two ports and says which one has answered.
    for (const { name, endpoints } of gateways) {
      const isCache = name !== "nginx";
      if (isCache !== (endpoints === 1))
        throw new Error(`${name} had answers of ${endpoints} endpoints, not of ${isCache ? "one" : "two"}`);
    }
    return { note: "every cache answers with what one endpoint sent; nginx asks two" };
  },
  columns: [
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
    { title: "× nginx passing on", value: (row) => fixed(row.timesNginx, 2) },
    { title: "gatewayctl ÷ peer", value: (row) => fixed(row.gatewayctlTimesPeer, 3) },
    { title: "req/s", value: (row) => fixed(row.requestsPerSecond, 0) },
    { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
    { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
    { title: "core", value: (row) => percent(row.coreShare) },
  ],
};
