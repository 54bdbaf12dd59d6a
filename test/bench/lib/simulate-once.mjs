// One simulation in a process of its own: WHO and the model as JSON. Prints one line: RESULT and JSON.
import { simulate } from "../../../dist/lab/simulate/simulate.js";
import { simulatePowerOfTwo } from "./process-simulation.mjs";

const [who, text] = process.argv.slice(2);
const model = JSON.parse(text);
const before = process.cpuUsage();
const figures = who === "gatewayctl" ? await ours(model) : simulatePowerOfTwo(model);
const { user, system } = process.cpuUsage(before);
const cpuSeconds = (user + system) / 1e6;
const mebibytes = process.resourceUsage().maxRSS / 1024;
process.stdout.write(`RESULT ${JSON.stringify({ ...figures, cpuSeconds, mebibytes })}\n`);

async function ours({ requests, endpoints, load, meanMs }) {
  const { results } = await simulate({
    scenario: "uniform",
    algorithms: ["p2c"],
    endpoints,
    load,
    serviceTime: `exp:${meanMs}ms`,
    requests,
    replications: 1,
  });
  return { mean: results[0].responseTime.mean, p99: results[0].responseTime.p99 };
}
