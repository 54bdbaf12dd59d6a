import { lastLines } from "./processes.mjs";

/**
 * Runs all rounds. Every gateway has one slice per round, and the order is rotated, so that a machine that grows slower
 * or faster does so for everybody: ratios within a round hold where absolute figures drift.
 *
 * @param {{ run: import("./measures/measure.mjs").Run, rounds: number, measure: import("./measures/measure.mjs").Measure,
 *   onSlice: (slice: object) => void, signal: AbortSignal }} plan
 * @returns {Promise<object[]>} slices, in the order in which they ran: the measure's figures, with `round`, `peer`,
 *   `errorCount` and, where there are no figures, `failure`
 * @throws the signal's reason, when aborted
 */
export async function runRounds({ run, rounds, measure, onSlice, signal }) {
  const slices = [];
  const { gateways } = run;
  for (let round = 0; round < rounds; round += 1) {
    for (let turn = 0; turn < gateways.length; turn += 1) {
      const gateway = gateways[(round + turn) % gateways.length];
      const slice = { round, peer: gateway.name, ...(await runSlice(gateway, run, measure, round === 0)) };
      // Before anything is said: a slice that was cut short says nothing about the gateway.
      signal.throwIfAborted();
      slices.push(slice);
      onSlice(slice);
    }
  }
  return slices;
}

async function runSlice(gateway, run, measure, isFirst) {
  if (!gateway.isRunning()) return failedSlice(`the process has ended: ${lastLines(gateway.log)}`);
  try {
    const slice = await measure.slice(gateway, run, isFirst);
    if (!gateway.isRunning()) throw new Error("no longer running");
    if (slice.requests === 0) return failedSlice("no request was answered", slice.errors);
    return { ...slice, errorCount: Object.values(slice.errors).reduce((sum, count) => sum + count, 0) };
  } catch (error) {
    if (gateway.isRunning()) return failedSlice(error.message);
    return failedSlice(`the process ended under load: ${lastLines(gateway.log)}`);
  }
}

function failedSlice(failure, errors = {}) {
  const errorCount = Math.max(1, ...Object.values(errors));
  return { failure, errors, errorCount, requests: 0 };
}
