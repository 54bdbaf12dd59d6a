// npm run bench:simulate: 5 million requests over 1,000 endpoints by p2c, in bench's simulator and in one written as
// SimPy does it, in one run. Exit codes: 0 the goals were met, 2 one was missed.
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const MODEL = { requests: 5_000_000, endpoints: 1000, load: 0.9, meanMs: 10 };
const GOAL = { cpuSeconds: 6, mebibytes: 200 };
const ROUNDS = 3;
const once = fileURLToPath(new URL("lib/simulate-once.mjs", import.meta.url));

const runs = { gatewayctl: [], "as SimPy does it": [] };
for (let round = 0; round < ROUNDS; round++) for (const who of Object.keys(runs)) runs[who].push(run(who));

process.stdout.write(
  `${MODEL.requests.toLocaleString("en")} requests, ${MODEL.endpoints} endpoints, load ${MODEL.load}, p2c; ` +
    `the middle of ${ROUNDS} runs\n\n                      CPU   requests per CPU second     most memory      mean       p99\n`,
);
const middle = {};
for (const [who, results] of Object.entries(runs)) {
  middle[who] = results.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[Math.floor(ROUNDS / 2)];
  const { cpuSeconds, mebibytes, mean, p99 } = middle[who];
  process.stdout.write(
    `${who.padEnd(17)} ${cpuSeconds.toFixed(2).padStart(5)} s ${(MODEL.requests / cpuSeconds / 1e6).toFixed(2).padStart(19)} million ` +
      `${mebibytes.toFixed(0).padStart(13)} MB ${mean.toFixed(2).padStart(6)} ms ${p99.toFixed(2).padStart(6)} ms\n`,
  );
}
const { gatewayctl: ours, "as SimPy does it": theirs } = middle;
const met = ours.cpuSeconds < GOAL.cpuSeconds && ours.mebibytes < GOAL.mebibytes;
process.stdout.write(
  `\n${(theirs.cpuSeconds / ours.cpuSeconds).toFixed(1)} times as fast. ` +
    `Goals: under ${GOAL.cpuSeconds} s and ${GOAL.mebibytes} MB: ${met ? "met" : "missed"}.\n`,
);
process.exitCode = met ? 0 : 2;

function run(who) {
  const output = execFileSync(process.execPath, [once, who, JSON.stringify(MODEL)], { encoding: "utf8" });
  return JSON.parse(/^RESULT (.*)$/m.exec(output)[1]);
}
