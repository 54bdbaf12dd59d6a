// npm run bench:agreement: the simulation against the live gateway, the very same requests before both.
// Both know the requests, when they come and how much work they are; the gateway's own measured overhead (mean) is added
// to what the simulation says. Each live run is done twice, and the one counts whose requests left on time: a core that
// somebody else has makes requests queue that would not have, and says nothing of either.
// Algorithms that draw lots draw others live than simulated: what is left of that in so many requests is chance.
// Exit codes: 0 every figure agrees to within 10 %, 2 one does not.
import { parseArgs } from "node:util";
import { runLive } from "../../dist/lab/live/run-live.js";
import { simulate } from "../../dist/lab/simulate/simulate.js";

const TOLERANCE = 0.1;
const RUNS = 2;

const { values } = parseArgs({
  options: {
    algo: { type: "string", default: "round-robin,random,p2c,least-conn" },
    loads: { type: "string", default: "0.3,0.6" },
    endpoints: { type: "string", default: "10" },
    "service-time": { type: "string", default: "exp:10ms" },
    requests: { type: "string", default: "6000" },
    seed: { type: "string", default: "1" },
  },
});
const same = {
  scenario: "uniform",
  endpoints: Number(values.endpoints),
  serviceTime: values["service-time"],
  requests: Number(values.requests),
  seed: Number(values.seed),
};

process.stdout.write(
  `${same.requests} requests through each algorithm, ${same.endpoints} endpoints, ${same.serviceTime}; times in ms\n\n` +
    "                             mean                           p99\n" +
    "load  algorithm     expected    live     off      expected    live     off   overhead  late\n",
);
let disagreeing = 0;
for (const load of values.loads.split(",").map(Number)) {
  for (const algorithm of values.algo.split(",")) disagreeing += (await compare(load, algorithm)) ? 0 : 1;
}
process.stdout.write(
  disagreeing === 0 ? "\nAll agree to within 10 %.\n" : `\n${disagreeing} do not agree to within 10 %.\n`,
);
process.exitCode = disagreeing === 0 ? 0 : 2;

async function compare(load, algorithm) {
  const options = { ...same, load, algorithms: [algorithm] };
  const [simulated] = (await simulate({ ...options, replications: 1 })).results;
  const [live] = (await quietest(options)).results;
  const overhead = live.live.overhead.mean;
  const mean = against(simulated.responseTime.mean + overhead, live.responseTime.mean);
  const p99 = against(simulated.responseTime.p99 + overhead, live.responseTime.p99);
  process.stdout.write(
    `${load.toFixed(2)}  ${algorithm.padEnd(14)} ${mean.text}     ${p99.text}  ${figure(overhead)} ${figure(live.live.late.mean)}\n`,
  );
  return mean.agrees && p99.agrees;
}

async function quietest(options) {
  const reports = [];
  for (let run = 0; run < RUNS; run++) reports.push(await runLive(options));
  const late = ({ results: [{ live }] }) => live.late.mean;
  return reports.toSorted((a, b) => late(a) - late(b))[0];
}

function against(expected, live) {
  const off = live / expected - 1;
  const percent = `${off < 0 ? "−" : "+"}${Math.abs(off * 100).toFixed(1)} %`.padStart(8);
  return { text: `${figure(expected)} ${figure(live)} ${percent}`, agrees: Math.abs(off) <= TOLERANCE };
}

function figure(ms) {
  return ms.toFixed(2).padStart(7);
}
