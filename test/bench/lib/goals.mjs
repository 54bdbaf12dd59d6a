/** How gatewayctl's figure compares to a peer's, round by round. */
const timesPeer = (peer) => (rows) => rows.find((row) => row.peer === peer)?.gatewayctlTimesPeer;
const own = (key) => (rows) => rows.find((row) => row.peer === "gatewayctl")?.[key];
const ofTwoWorkers = (key) => (rows) => rows.find((row) => row.peer === "gatewayctl-2")?.[key];
const cost = (peer, atMost) => ({ name: `gatewayctl's CPU per request, × ${peer}'s`, value: timesPeer(peer), atMost });

/**
 * What is promised, by load. Where a limit depends on Node, it is given by major version; a version between two has the
 * older one's.
 */
const goals = {
  small: [
    cost("nginx", { 20: 1.5, 24: 1.4 }),
    cost("caddy", 0.25),
    ...["node-http", "http-proxy", "fast-gateway", "express-http-proxy"].map((peer) => cost(peer, 0.2)),
  ],
  "16k": [cost("haproxy", 1.5)],
  "1m": [cost("haproxy", 1.5)],
  post: [cost("nginx", 1.5)],
  close: [cost("nginx", { 20: 2.5, 24: 2 })],
  500: [{ name: "gatewayctl's p99, × nginx's", value: timesPeer("nginx"), atMost: 2 }],
  idle: [{ name: "gatewayctl's bytes for each idle connection", value: own("bytesPerConnection"), atMost: 6 * 1024 }],
  access: [cost("haproxy", 1)],
  cache: [cost("nginx", 1), cost("nginx-cache", 1.5)],
  "redis-limit": [
    {
      name: "ms that a limit in Redis adds to the p99",
      value: (rows) => rows.find((row) => row.peer === "gatewayctl-redis")?.aboveGatewayctl,
      atMost: 2,
    },
  ],
  workers: [
    { name: "capacity of two workers, × one's", value: ofTwoWorkers("timesCapacity"), atLeast: 1.8 },
    { name: "share of the work that the second worker does", value: ofTwoWorkers("second"), atLeast: 0.3 },
  ],
};

/**
 * Judges a run. A peer that this machine lacks leaves its goal open; without figures of those that the load needs
 * nothing is proved, and that counts as missed.
 *
 * @param {string} load
 * @param {string[]} needed peers
 * @param {ReturnType<typeof import("./summary.mjs").summarise>} rows
 * @param {number} nodeMajor of the Node that ran the gateway
 * @returns {{ goal: string, verdict: "met" | "missed" | "not measured", value?: number }[]}
 */
export function judge(load, needed, rows, nodeMajor) {
  const verdicts = rows.map(({ peer, errors }) => ({
    goal: `${peer}: no errors in any slice`,
    verdict: errors === 0 ? "met" : "missed",
    value: errors,
  }));
  for (const peer of needed.filter((name) => rows.every((row) => row.peer !== name))) {
    verdicts.push({ goal: `${peer} is measured`, verdict: "missed" });
  }
  return [...verdicts, ...goals[load].map((goal) => judgeOne(goal, rows, nodeMajor))];
}

function judgeOne({ name, value: find, atMost, atLeast }, rows, nodeMajor) {
  const value = find(rows);
  const limit = limitFor(atMost ?? atLeast, nodeMajor);
  const goal = `${name} ${atMost === undefined ? "≥" : "≤"} ${limit}`;
  if (value === undefined) return { goal, verdict: "not measured" };
  const isMet = atMost === undefined ? value >= limit : value <= limit;
  return { goal, verdict: isMet ? "met" : "missed", value };
}

function limitFor(limit, nodeMajor) {
  if (typeof limit === "number") return limit;
  const majors = Object.keys(limit).map(Number);
  return limit[Math.max(...majors.filter((major) => major <= nodeMajor), Math.min(...majors))];
}
