// npm run bench:peers: what gatewayctl and other gateways cost, in one run, in interleaved rounds.
// The gateway under test has one core to itself; the load (wrk) and the endpoint (nginx) share the other.
// Exit codes: 0 measured, 1 a peer failed, 2 a goal was missed (--assert), 64 usage, 69 a tool is missing.
import { writeFileSync } from "node:fs";
import { judge } from "./lib/goals.mjs";
import { loads } from "./lib/loads.mjs";
import { describeMachine, findCores, pinSelf } from "./lib/machine.mjs";
import { findNode } from "./lib/node-binary.mjs";
import { parseOptions, usage } from "./lib/options.mjs";
import { stopAll } from "./lib/processes.mjs";
import { formatMachine, formatVerdicts } from "./lib/report.mjs";
import { runPeers } from "./lib/run.mjs";
import { summarise } from "./lib/summary.mjs";
import { formatSlice, formatTable } from "./lib/table.mjs";
import { peers } from "./peers/index.mjs";

const note = (text) => process.stderr.write(`${text}\n`);
const print = (text) => process.stdout.write(`${text}\n`);

const options = orExit(64, () => parseOptions(process.argv.slice(2)));
if (options.help) print(usage);
else {
  const cores = orExit(69, findCores);
  const node = orExit(69, () => findNode({ version: options.node, path: options.nodePath }));
  pinSelf(cores.load);
  process.exitCode = await main(cores, node, stopOnSignal());
}

async function main(cores, node, signal) {
  const { measure } = loads[options.load];
  const { present, absent } = findPeers(node.path);
  const machine = describeMachine(node);
  const versions = Object.fromEntries(present.map(({ peer, version }) => [peer.name, version]));
  print(formatMachine({ machine, versions, cores, options, about: measure.about }));
  const failed = [];
  const onSlice = (slice) => note(formatSlice(measure, slice, options.rounds));
  const onFailure = (peer, reason) => {
    failed.push({ peer, reason });
    note(`${peer} could not be started: ${reason}`);
  };
  try {
    const chosen = present.map(({ peer }) => peer);
    const plan = { peers: chosen, cores, node: node.path, options, onSlice, onNote: print, onFailure, signal };
    const { gateways, slices } = await runPeers(plan);
    const rows = summarise(measure, gateways, slices);
    const goals = judge(options.load, measure.needs, rows, node.major);
    const result = { rows, failed, absent, goals };
    print(`\n${formatTable(measure, rows)}\n\n${formatVerdicts({ ...result, isAsserted: options.assert })}`);
    if (options.json !== undefined) {
      const data = { schemaVersion: 1, machine: { ...machine, versions }, options, ...result, slices };
      writeFileSync(options.json, `${JSON.stringify(data, null, 2)}\n`);
    }
    return exitCode(result);
  } catch (error) {
    if (!signal.aborted) throw error;
    note("interrupted; everything that was started has been ended");
    return signal.reason;
  }
}

/** Looks which of the chosen peers can run here, and names those that cannot. */
function findPeers(node) {
  const present = [];
  const absent = [];
  for (const peer of peers.filter(({ name }) => options.only.includes(name))) {
    const version = peer.findVersion(node);
    if (version !== undefined) present.push({ peer, version });
    else {
      absent.push({ peer: peer.name, reason: peer.missing });
      note(`skipped ${peer.name}: ${peer.missing}`);
    }
  }
  return { present, absent };
}

function exitCode({ rows, failed, absent, goals }) {
  const lacksRequired = process.env.REQUIRE_PEERS === "1" && absent.length > 0;
  const hasFailed = failed.length > 0 || rows.some(({ errors }) => errors > 0);
  if (options.assert && (hasFailed || goals.some(({ verdict }) => verdict === "missed"))) return 2;
  return lacksRequired || hasFailed ? 1 : 0;
}

/** The first signal ends the run in good order, with the exit code as the reason; a second one exits at once. */
function stopOnSignal() {
  const controller = new AbortController();
  for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(code);
      controller.abort(code);
      void stopAll();
    });
  }
  return controller.signal;
}

function orExit(code, action) {
  try {
    return action();
  } catch (error) {
    note(code === 64 ? `${error.message}\n\n${usage}` : error.message);
    process.exit(code);
  }
}
