// npm run bench:stream: layer 4 through gatewayctl and through HAProxy in TCP mode, in one run, in interleaved rounds.
// Each has one core to itself; redis-benchmark or the reader, and what answers them, share the other.
// Exit codes: 0 the goals were met, 1 something failed, 2 a goal was missed, 69 a tool is missing.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cpuMicrosBetween, cpuSnapshot } from "./lib/cpu.mjs";
import { findCores, pinSelf, versionOf } from "./lib/machine.mjs";
import { freePorts, listens } from "./lib/ports.mjs";
import { startPinned, stopAll } from "./lib/processes.mjs";
import { renderConfig } from "./lib/render.mjs";

const ROUNDS = 5;
const MIB = 1024;
const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** What each load does, what is compared, and what gatewayctl should reach. */
const LOADS = [
  { name: "redis", about: "get and set, 50 connections", args: ["-n", "40000", "-P", "1"], goal: 0.5 },
  { name: "redis -P 16", about: "the same, 16 at a time", args: ["-n", "400000", "-P", "16"], goal: 0.8 },
  { name: "bulk", about: `${MIB} MiB to one client`, goal: 1.5 },
];

for (const tool of ["redis-server", "redis-benchmark", "haproxy"]) {
  if (versionOf(tool, ["-v"], /(.*)/) !== undefined) continue;
  process.stderr.write(`${tool} is not installed\n`);
  process.exit(69);
}
const cores = findCores();
pinSelf(cores.load);
const directory = mkdtempSync(join(tmpdir(), "gatewayctl-stream-"));
try {
  process.exitCode = await main();
} finally {
  await stopAll();
  rmSync(directory, { recursive: true, force: true });
}

async function main() {
  const [redis, bulk, ...fronts] = await freePorts(6);
  const shared = { core: cores.load, directory };
  startPinned({ ...shared, name: "redis", command: "redis-server", args: ["--port", String(redis), "--save", ""] });
  startPinned({ ...shared, name: "pour", command: process.execPath, args: [file("lib/pour.mjs"), String(bulk)] });
  const peers = [start("gatewayctl", fronts.slice(0, 2), redis, bulk), start("haproxy", fronts.slice(2), redis, bulk)];
  for (const port of [redis, bulk, ...fronts]) await listens(port);
  const figures = LOADS.map((load) => ({ load, rounds: [] }));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { load, rounds } of figures) {
      // Who comes first has the other's heat, or its cold: they take turns.
      const order = round % 2 === 0 ? peers : peers.toReversed();
      const measured = {};
      for (const peer of order) measured[peer.name] = await measure(load, peer);
      rounds.push(measured);
    }
  }
  return report(figures);
}

function start(name, [redisPort, bulkPort], redis, bulk) {
  const values = { redisPort, bulkPort, redis, bulk };
  const isOurs = name === "gatewayctl";
  const config = renderConfig(isOurs ? "gateway-stream.config.yaml" : "haproxy-stream.cfg", directory, values);
  const [command, args] = isOurs
    ? [process.execPath, [file("../../bin/gatewayctl.js"), "up", "--config", config]]
    : ["haproxy", ["-db", "-q", "-f", config]];
  const { pid } = startPinned({ name, command, args, core: cores.gateway, directory });
  return { name, pid, redisPort, bulkPort };
}

/** Throughput, and CPU microseconds of the gateway for each request or MiB. */
async function measure(load, peer) {
  const before = cpuSnapshot(peer.pid);
  const { done, seconds } =
    load.args === undefined ? await readBulk(peer.bulkPort) : benchmark(load.args, peer.redisPort);
  const micros = cpuMicrosBetween(before, cpuSnapshot(peer.pid)) / done;
  return { throughput: done / seconds, micros };
}

function benchmark(args, port) {
  const given = ["-h", "127.0.0.1", "-p", String(port), "-c", "50", "-t", "set,get", "--csv", ...args];
  const { status, stdout, stderr } = spawnSync("redis-benchmark", given, { encoding: "latin1" });
  const rates = [...stdout.matchAll(/^"(?:SET|GET)","([\d.]+)"/gm)].map(([, rate]) => Number(rate));
  if (status !== 0 || rates.length !== 2) throw new Error(`redis-benchmark: ${stdout}${stderr}`);
  const each = Number(args[1]);
  return { done: 2 * each, seconds: rates.reduce((sum, rate) => sum + each / rate, 0) };
}

function readBulk(port) {
  const began = performance.now();
  let octets = 0;
  return new Promise((resolve, reject) => {
    const buffer = Buffer.alloc(256 * 1024);
    const callback = (read) => {
      octets += read;
      return true;
    };
    const socket = connect({ port, host: "127.0.0.1", onread: { buffer, callback } }, () => socket.write(String(MIB)));
    socket.once("error", reject);
    socket.once("end", () => {
      if (octets !== MIB * 1024 * 1024) return reject(new Error(`${octets} octets came`));
      resolve({ done: MIB, seconds: (performance.now() - began) / 1000 });
    });
  });
}

function report(figures) {
  let missed = 0;
  for (const { load, rounds } of figures) {
    const isBulk = load.args === undefined;
    // Of requests, throughput counts; of bulk, what it costs, as one reader is the limit there.
    const ratio = median(
      rounds.map(({ gatewayctl, haproxy }) =>
        isBulk ? gatewayctl.micros / haproxy.micros : gatewayctl.throughput / haproxy.throughput,
      ),
    );
    const met = isBulk ? ratio <= load.goal : ratio >= load.goal;
    if (!met) missed++;
    process.stdout.write(`${load.name}: ${load.about}\n`);
    for (const name of ["gatewayctl", "haproxy"]) {
      const throughput = median(rounds.map((round) => round[name].throughput));
      const micros = median(rounds.map((round) => round[name].micros));
      const [unit, units] = isBulk ? ["MiB", "MiB"] : ["request", "requests"];
      process.stdout.write(
        `  ${name.padEnd(11)} ${throughput.toFixed(0).padStart(8)} ${units}/s  ${micros.toFixed(2).padStart(8)} µs CPU/${unit}\n`,
      );
    }
    const what = isBulk ? "CPU" : "throughput";
    const sign = isBulk ? "≤" : "≥";
    process.stdout.write(
      `  ${what} ${ratio.toFixed(2)}× HAProxy's; goal ${sign} ${load.goal}×: ${met ? "met" : "missed"}\n`,
    );
  }
  return missed === 0 ? 0 : 2;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
