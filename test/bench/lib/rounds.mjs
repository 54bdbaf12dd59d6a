import { cpuMicrosBetween, cpuSnapshot } from "./cpu.mjs";
import { lastLines } from "./processes.mjs";
import { runWrk } from "./wrk.mjs";

/** Seconds of load before a slice is measured; the first time longer, so that a Node peer's hot code is compiled. */
const warmUp = { first: 2, later: 1 };

/**
 * Runs all rounds. Every gateway has one slice per round, and the order is rotated, so that a machine that grows slower
 * or faster does so for everybody: ratios within a round hold where absolute figures drift.
 *
 * @param {{ gateways: { name: string, pid: number, port: number, log: string, isRunning: () => boolean }[], rounds: number,
 *   run: Omit<Parameters<typeof runWrk>[0], "port">, onSlice: (slice: object) => void, signal: AbortSignal }} plan
 * @returns {Promise<object[]>} slices, in the order in which they ran; see measureSlice
 * @throws the signal's reason, when aborted
 */
export async function runRounds({ gateways, rounds, run, onSlice, signal }) {
  const slices = [];
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < gateways.length; turn += 1) {
      const gateway = gateways[(round + turn) % gateways.length];
      const slice = { round, peer: gateway.name, ...(await measureSlice(gateway, run, round === 0)) };
      // Before anything is said: a slice that was cut short says nothing about the gateway.
      signal.throwIfAborted();
      slices.push(slice);
      onSlice(slice);
    }
  }
  return slices;
}

/** CPU per request is of the gateway's whole process tree, over the requests that the load saw completed. */
async function measureSlice(gateway, run, isFirst) {
  if (!gateway.isRunning()) return failedSlice(`the process has ended: ${lastLines(gateway.log)}`);
  try {
    await runWrk({ ...run, port: gateway.port, seconds: isFirst ? warmUp.first : warmUp.later });
    const before = cpuSnapshot(gateway.pid);
    const result = await runWrk({ ...run, port: gateway.port });
    const cpuMicros = cpuMicrosBetween(before, cpuSnapshot(gateway.pid));
    if (!gateway.isRunning()) throw new Error("no longer running");
    if (result.requests === 0) return failedSlice("no request was answered", result.errors);
    return {
      cpuPerRequest: cpuMicros / result.requests,
      requestsPerSecond: result.requests / (result.micros / 1e6),
      p50: result.p50 / 1000,
      p99: result.p99 / 1000,
      coreShare: cpuMicros / result.micros,
      requests: result.requests,
      errors: result.errors,
      errorCount: Object.values(result.errors).reduce((sum, count) => sum + count, 0),
    };
  } catch (error) {
    if (gateway.isRunning()) return failedSlice(error.message);
    return failedSlice(`the process ended under load: ${lastLines(gateway.log)}`);
  }
}

function failedSlice(failure, errors = {}) {
  const errorCount = Math.max(1, ...Object.values(errors));
  return { failure, errors, errorCount, requests: 0 };
}
