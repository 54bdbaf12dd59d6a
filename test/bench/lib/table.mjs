const first = { title: "peer", value: (row) => row.peer, left: true };
const last = { title: "errors", value: (row) => (row.errors === 0 ? "0" : `${row.errors} !`) };

/**
 * The result as aligned text: numbers to the right, a missing figure as "-".
 *
 * @param {import("./measures/measure.mjs").Measure} measure
 * @param {ReturnType<typeof import("./summary.mjs").summarise>} rows
 * @returns {string}
 */
export function formatTable(measure, rows) {
  const columns = [first, ...measure.columns, last];
  const lines = [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ value }) => value(row)))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index].length)));
  const text = lines.map((line) => line.map((cell, index) => pad(cell, widths[index], columns[index].left)).join("  "));
  text.splice(1, 0, widths.map((width) => "-".repeat(width)).join("  "));
  return text.join("\n");
}

/**
 * One line about a slice that has just been measured.
 *
 * @param {import("./measures/measure.mjs").Measure} measure
 * @param {object} slice
 * @param {number} rounds
 * @returns {string}
 */
export function formatSlice(measure, slice, rounds) {
  const head = `round ${slice.round + 1}/${rounds}  ${slice.peer.padEnd(18)}`;
  if (slice.failure !== undefined) return `${head}  FAILED: ${slice.failure}`;
  const figures = measure.describe(slice);
  if (slice.errorCount === 0) return `${head}  ${figures}`;
  const errors = Object.entries(slice.errors).filter(([, count]) => count > 0);
  return `${head}  ${figures}  ERRORS: ${errors.map(([kind, count]) => `${count} ${kind}`).join(", ")}`;
}

function pad(text, width, left = false) {
  return left ? text.padEnd(width) : text.padStart(width);
}
