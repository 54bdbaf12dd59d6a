const columns = [
  { title: "peer", value: (row) => row.peer, left: true },
  { title: "CPU µs/request", value: (row) => fixed(row.cpuPerRequest, 1) },
  { title: "× nginx", value: (row) => fixed(row.timesNginx, 2) },
  { title: "gatewayctl ÷ peer", value: (row) => fixed(row.gatewayctlTimesPeer, 3) },
  { title: "req/s", value: (row) => fixed(row.requestsPerSecond, 0) },
  { title: "p50 ms", value: (row) => fixed(row.p50, 2) },
  { title: "p99 ms", value: (row) => fixed(row.p99, 2) },
  { title: "core", value: (row) => (row.coreShare === undefined ? "-" : `${Math.round(row.coreShare * 100)}%`) },
  { title: "endpoints", value: (row) => String(row.endpoints) },
  { title: "errors", value: (row) => (row.errors === 0 ? "0" : `${row.errors} !`) },
];

/**
 * The result as aligned text: numbers to the right, a missing figure as "-".
 *
 * @param {ReturnType<typeof import("./summary.mjs").summarise>} rows
 * @returns {string}
 */
export function formatTable(rows) {
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const text = lines.map((line) => line.map((cell, index) => pad(cell, widths[index], columns[index].left)).join("  "));
  text.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return text.join("\n");
}

/**
 * One line about a slice that has just been measured.
 *
 * @param {object} slice
 * @param {number} rounds
 * @returns {string}
 */
export function formatSlice(slice, rounds) {
  const head = `round ${slice.round + 1}/${rounds}  ${slice.peer.padEnd(18)}`;
  if (slice.failure !== undefined) return `${head}  FAILED: ${slice.failure}`;
  const figures =
    `${fixed(slice.cpuPerRequest, 1).padStart(7)} µs/request  ${fixed(slice.requestsPerSecond, 0).padStart(7)} req/s` +
    `  p99 ${fixed(slice.p99, 1).padStart(6)} ms`;
  if (slice.errorCount === 0) return `${head}  ${figures}`;
  const errors = Object.entries(slice.errors).filter(([, count]) => count > 0);
  return `${head}  ${figures}  ERRORS: ${errors.map(([kind, count]) => `${count} ${kind}`).join(", ")}`;
}

function fixed(value, digits) {
  return value === undefined ? "-" : value.toFixed(digits);
}

function pad(text, width, left = false) {
  return left ? text.padEnd(width) : text.padStart(width);
}
