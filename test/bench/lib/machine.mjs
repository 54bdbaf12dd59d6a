import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, release } from "node:os";

/**
 * What a program prints about its version, or undefined when it is not installed.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {RegExp} pattern whose first group is the version
 * @returns {string | undefined}
 */
export function versionOf(command, args, pattern) {
  const { error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", timeout: 10_000 });
  if (error !== undefined) return undefined;
  return pattern.exec(`${stdout}\n${stderr}`)?.[1] ?? "unknown";
}

/**
 * The two cores of a run, the first two that this process may use.
 *
 * @returns {{ gateway: number, load: number }}
 * @throws {Error} naming what this machine lacks
 */
export function findCores() {
  if (process.platform !== "linux") throw new Error("bench:peers reads CPU time from /proc: it needs Linux");
  for (const tool of ["taskset", "wrk", "nginx", "getconf"]) {
    if (versionOf(tool, ["-v"], /(.*)/) === undefined)
      throw new Error(`bench:peers needs ${tool}, which is not installed`);
  }
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "";
  const allowed = list.split(",").flatMap((range) => {
    const [first = 0, last = first] = range.split("-").map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
  const [gateway, load] = allowed;
  if (gateway === undefined || load === undefined) throw new Error("bench:peers needs two cores");
  return { gateway, load };
}

/**
 * Moves this program itself off the gateway's core.
 *
 * @param {number} core
 */
export function pinSelf(core) {
  execFileSync("taskset", ["-a", "-cp", String(core), String(process.pid)], { stdio: "ignore" });
}

/**
 * What the figures were measured on.
 *
 * @param {{ version: string }} node that runs gatewayctl
 * @returns {Record<string, string | number>}
 */
export function describeMachine(node) {
  const wrk = versionOf("wrk", ["-v"], /wrk (?:debian\/)?(\S+)/);
  const nginx = versionOf("nginx", ["-v"], /nginx\/(\S+)/);
  return {
    node: node.version,
    nginx,
    wrk,
    cores: cpus().length,
    cpu: cpus()[0]?.model ?? "unknown",
    linux: release(),
  };
}
