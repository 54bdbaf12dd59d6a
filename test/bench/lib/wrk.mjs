import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lastLines, startPinned } from "./processes.mjs";

const configs = new URL("../configs/", import.meta.url);

/**
 * Runs wrk against a gateway and returns what it counted.
 *
 * @param {{ port: number, load: import("./measures/measure.mjs").Load, connections: number, seconds: number,
 *   core: number, directory: string }} run
 * @returns {Promise<{ requests: number, micros: number, p50: number, p99: number, errors: Record<string, number> }>}
 *   latencies in microseconds; `errors.short` counts 1 when answers were smaller than the load's
 * @throws {Error} when wrk fails
 */
export async function runWrk({ port, load, connections, seconds, core, directory }) {
  const size = ["-t", "1", "-c", String(connections), "-d", `${seconds}s`, "--timeout", "5s"];
  const script = fileURLToPath(new URL(load.tokens === undefined ? "wrk.lua" : "wrk-tokens.lua", configs));
  const request = ["--", load.method, String(load.bodyBytes), load.connection, load.tokens ?? ""];
  const args = [...size, "-s", script, `http://127.0.0.1:${port}${load.path}`, ...request];
  const wrk = startPinned({ name: "wrk", command: "wrk", args, core, directory });
  const code = await wrk.exited;
  const line = /^RESULT (.*)$/m.exec(readFileSync(wrk.log, "utf8"))?.[1];
  if (code !== 0 || line === undefined) throw new Error(`wrk failed (${code}): ${lastLines(wrk.log)}`);
  rmSync(wrk.log);
  const { bytes, ...result } = JSON.parse(line);
  // wrk counts 4xx and 5xx as errors but looks at no body: an empty 200 would pass for a fast answer.
  result.errors.short = bytes < result.requests * load.responseBytes ? 1 : 0;
  return result;
}
