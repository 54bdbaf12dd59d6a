// npm run bench:generators: how many requests a second bench --live's load generator drives on one core, against
// autocannon and wrk in the same run, in interleaved rounds. What answers, a plain nginx, has the other core.
// Exit codes: 0 more than autocannon, 1 something failed, 2 fewer than autocannon.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startEndpoint } from "./lib/endpoint.mjs";
import { findCores, pinSelf } from "./lib/machine.mjs";
import { freePorts, listens } from "./lib/ports.mjs";
import { lastLines, startPinned, stopAll } from "./lib/processes.mjs";

const ROUNDS = 5;
const SECONDS = 4;
const CONNECTIONS = 64;
const PATH = "/api/small";
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

const cores = findCores();
pinSelf(cores.load);
const directory = mkdtempSync(join(tmpdir(), "gatewayctl-generators-"));
try {
  process.exitCode = await main();
} finally {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
}

async function main() {
  const [port] = await freePorts(1);
  startEndpoint({ ports: [port], core: cores.load, directory });
  await listens(port);
  const generators = generatorsFor(port);
  const rates = new Map(generators.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    const order = round % 2 === 0 ? generators : generators.toReversed();
    for (const generator of order) rates.get(generator.name).push(await run(generator));
  }
  const median = (name) => rates.get(name).toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)];
  const lines = generators.map(
    ({ name }) =>
      `${name.padEnd(18)} ${Math.round(median(name)).toString().padStart(7)} requests/s  ` +
      `(${rates
        .get(name)
        .map((rate) => Math.round(rate))
        .join(", ")})`,
  );
  const ratio = median("gatewayctl bench") / median("autocannon");
  process.stdout.write(
    `${CONNECTIONS} connections, closed loop, one core; the median of ${ROUNDS} rounds of ${SECONDS} s\n\n` +
      `${lines.join("\n")}\n\ngatewayctl bench drives ${ratio.toFixed(2)} times as many as autocannon.\n`,
  );
  return ratio > 1 ? 0 : 2;
}

/** Each prints how many requests a second it saw answered, in a line that `rate` finds. */
function generatorsFor(port) {
  const url = `http://127.0.0.1:${port}${PATH}`;
  return [
    {
      name: "gatewayctl bench",
      command: process.execPath,
      args: [file("lib/closed-load.mjs"), String(port), PATH, String(CONNECTIONS), String(SECONDS * 1000)],
      rate: /"perSecond":([\d.]+)/,
    },
    {
      name: "autocannon",
      command: process.execPath,
      args: [fileURLToPath(import.meta.resolve("autocannon")), "-j", "-n", ...size("-c", "-d"), url],
      rate: /"requests":\{"average":([\d.]+)/,
    },
    { name: "wrk", command: "wrk", args: ["-t", "1", ...size("-c", "-d"), url], rate: /Requests\/sec:\s+([\d.]+)/ },
  ];
}

function size(connections, duration) {
  return [connections, String(CONNECTIONS), duration, String(SECONDS)];
}

async function run({ name, command, args, rate }) {
  const generator = startPinned({ name, command, args, core: cores.gateway, directory });
  const code = await generator.exited;
  const output = readFileSync(generator.log, "utf8");
  const figure = rate.exec(output)?.[1];
  if (code !== 0 || figure === undefined) throw new Error(`${name} failed (${code}): ${lastLines(generator.log)}`);
  rmSync(generator.log);
  return Number(figure);
}
