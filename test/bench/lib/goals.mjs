/** What gatewayctl's CPU per request may be, at most, as a multiple of a peer's; by load. */
const limits = {
  small: {
    nginx: 1.8,
    caddy: 1 / 3,
    "http-proxy": 1 / 3,
    "express-http-proxy": 1 / 3,
    "fast-gateway": 1 / 3,
  },
};

/**
 * Judges a run. A peer that this machine lacks leaves its goal open; without figures of nginx or of gatewayctl itself
 * nothing is proved, and that counts as missed.
 *
 * @param {string} load
 * @param {ReturnType<typeof import("./summary.mjs").summarise>} rows
 * @returns {{ goal: string, verdict: "met" | "missed" | "not measured", value?: number }[]}
 */
export function judge(load, rows) {
  const verdicts = rows.map(({ peer, errors }) => ({
    goal: `${peer}: no errors in any slice`,
    verdict: errors === 0 ? "met" : "missed",
    value: errors,
  }));
  const isMeasured = (peer) => rows.some((row) => row.peer === peer);
  for (const needed of ["nginx", "gatewayctl"]) {
    if (!isMeasured(needed)) verdicts.push({ goal: `${needed} is measured`, verdict: "missed" });
  }
  for (const [peer, limit] of Object.entries(limits[load] ?? {})) {
    const goal = `gatewayctl's CPU per request ≤ ${Number(limit.toFixed(3))} × ${peer}'s`;
    const value = rows.find((row) => row.peer === peer)?.gatewayctlTimesPeer;
    if (value === undefined) verdicts.push({ goal, verdict: "not measured" });
    else verdicts.push({ goal, verdict: value <= limit ? "met" : "missed", value });
  }
  return verdicts;
}
