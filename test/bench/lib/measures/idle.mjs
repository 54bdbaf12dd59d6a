import { setTimeout as sleep } from "node:timers/promises";
import { fixed } from "../figures.mjs";
import { openIdleConnections } from "../idle-connections.mjs";
import { residentBytes } from "../memory.mjs";

/** Milliseconds until memory is looked at: long enough for what a process does when it has nothing to do. */
const settling = 3000;
/** The share of the connections that is not counted. */
const firstLot = 1 / 4;

/**
 * Memory for each idle connection that has made one request, with the processes as users have them: nobody collects
 * garbage for them. Each slice has a process of its own, just started, because memory that was once taken is not given
 * back. What starting took is used again by the first connections, which then seem to cost nothing (or, where little was
 * taken, seem to cost what any first request does): a first lot is opened and not counted.
 *
 * @type {import("./measure.mjs").Measure}
 */
export const idle = {
  about: "each has made one request; resident memory of all of a gateway's processes, over the last three quarters",
  needs: ["gatewayctl"],
  async slice(gateway, run) {
    await gateway.restart();
    const before = residentBytes(gateway.pid);
    const first = await open(gateway, run, Math.round(run.connections * firstLot));
    const rest = await open(gateway, run, run.connections - first.count);
    const errors = {};
    for (const lot of [first, rest]) {
      for (const [kind, count] of Object.entries(lot.close())) errors[kind] = (errors[kind] ?? 0) + count;
    }
    return {
      bytesPerConnection: (rest.resident - first.resident) / rest.count,
      before: before / 1e6,
      after: rest.resident / 1e6,
      requests: run.connections - errors.refused,
      errors,
    };
  },
  describe: ({ bytesPerConnection, before, after }) =>
    `${fixed(bytesPerConnection, 0).padStart(6)} bytes each  (${fixed(before, 1)} MB → ${fixed(after, 1)} MB)`,
  medians: ["bytesPerConnection", "before", "after"],
  compared: "bytesPerConnection",
  columns: [
    { title: "bytes/connection", value: (row) => fixed(row.bytesPerConnection, 0) },
    { title: "MB before", value: (row) => fixed(row.before, 1) },
    { title: "MB with them", value: (row) => fixed(row.after, 1) },
    { title: "× nginx", value: (row) => fixed(row.timesNginx, 2) },
  ],
};

async function open({ port, pid }, { load }, count) {
  const lot = await openIdleConnections({ port, load, count });
  await sleep(settling);
  return { ...lot, count, resident: residentBytes(pid) };
}
