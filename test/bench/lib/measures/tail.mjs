import { cpuMicrosBetween, cpuSnapshot } from "../cpu.mjs";
import { fixed, percent } from "../figures.mjs";
import { runOpenLoop } from "../open-loop.mjs";
import { runWrk } from "../wrk.mjs";

/** Seconds at the rate before anything counts: all connections are open by then, and hot code is compiled. */
const warmUp = { first: 4, later: 2 };

/**
 * Response times at a fixed rate, half of what nginx can do here: requests come when they are due, whether or not those
 * before them have been answered, and each one's time counts from when it was due.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const tail = {
  about: "open loop at half of nginx's capacity; response times from when a request was due",
  needs: ["nginx", "gatewayctl"],
  async prepare(run) {
    const nginx = run.gateways.find(({ name }) => name === "nginx");
    if (nginx === undefined) throw new Error("load 500 takes its rate from nginx, which is not among the peers");
    await runWrk({ ...run, port: nginx.port, seconds: 1 });
    const { requests, micros } = await runWrk({ ...run, port: nginx.port });
    const capacity = requests / (micros / 1e6);
    const rate = Math.max(1, Math.round(capacity / 2));
    return { rate, note: `nginx's capacity is ${Math.round(capacity)} req/s: the rate is ${rate} req/s` };
  },
  async slice(gateway, run, isFirst) {
    const before = cpuSnapshot(gateway.pid);
    const warmUpSeconds = isFirst ? warmUp.first : warmUp.later;
    const result = await runOpenLoop({ ...run, port: gateway.port, warmUpSeconds });
    const cpuMicros = cpuMicrosBetween(before, cpuSnapshot(gateway.pid));
    const all = result.requests + result.warmUpRequests;
    return { ...result, cpuPerRequest: cpuMicros / all, coreShare: (cpuMicros / all) * (run.rate / 1e6) };
  },
  describe: ({ p50, p99, p999, max, late }) =>
    `p50 ${fixed(p50, 2)}  p99 ${fixed(p99, 2)}  p99.9 ${fixed(p999, 2)}  max ${fixed(max, 1)} ms` +
    `  (sent late: p99 ${fixed(late, 2)} ms)`,
  medians: ["p50", "p99", "p999", "max", "late", "cpuPerRequest", "coreShare"],
  compared: "p99",
  columns: [
    { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
    { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
    { title: "p99.9 ms", value: (row) => fixed(row.p999, 2) },
    { title: "max ms", value: (row) => fixed(row.max, 1) },
    { title: "p99 × nginx", value: (row) => fixed(row.timesNginx, 2) },
    { title: "sent late, p99 ms", value: (row) => fixed(row.late, 2) },
    { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
    { title: "core", value: (row) => percent(row.coreShare) },
  ],
};
