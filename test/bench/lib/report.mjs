/**
 * The lines above the table: versions, machine and load, without which no figure means anything.
 *
 * @param {{ machine: Record<string, string | number>, versions: Record<string, string>,
 *   cores: { gateway: number, load: number }, options: ReturnType<typeof import("./options.mjs").parseOptions>,
 *   about: string }} run
 * @returns {string}
 */
export function formatMachine({ machine, versions, cores, options, about }) {
  const peers = Object.entries(versions).filter(
    ([name]) => !["nginx", "endpoint"].includes(name) && versions[name] !== machine.node,
  );
  const all = [
    `node ${machine.node}`,
    `nginx ${machine.nginx}`,
    ...peers.map((pair) => pair.join(" ")),
    `wrk ${machine.wrk}`,
  ];
  return [
    all.join(", "),
    `${machine.cores} × ${machine.cpu}, Linux ${machine.linux}; gateways on core ${cores.gateway}, load and endpoint on core ${cores.load}`,
    `load ${options.load}, ${options.connections} connections, ${options.rounds} rounds of ${options.seconds} s slices; medians; ${about}`,
  ].join("\n");
}

/**
 * The lines below the table: who was left out, who failed, and which goals were met.
 *
 * @param {{ rows: ReturnType<typeof import("./summary.mjs").summarise>, absent: { peer: string, reason: string }[],
 *   failed: { peer: string, reason: string }[], goals: ReturnType<typeof import("./goals.mjs").judge>, isAsserted: boolean }} result
 *   `isAsserted`: goals that could not be judged are named too
 * @returns {string}
 */
export function formatVerdicts({ rows, absent, failed, goals, isAsserted }) {
  const lines = [
    ...absent.map(({ peer, reason }) => ["skipped", `${peer}: ${reason}`]),
    ...failed.map(({ peer, reason }) => ["failed", `${peer}: ${reason}`]),
  ];
  for (const { peer, errors, failedSlices, failures } of rows) {
    const reasons = failures.length > 0 ? ` (${failures.join("; ")})` : "";
    if (errors > 0) lines.push(["failed", `${peer}: ${errors} errors in ${failedSlices} slices${reasons}`]);
  }
  for (const { goal, verdict, value } of goals) {
    // Errors were named above with their reasons; a row without any speaks for itself.
    if (goal.endsWith("in any slice") || (value === undefined && !isAsserted)) continue;
    lines.push([verdict, value === undefined ? goal : `${goal}: ${Number(value.toFixed(3))}`]);
  }
  return lines.map(([word, text]) => `${word.padEnd(13)} ${text}`).join("\n");
}
