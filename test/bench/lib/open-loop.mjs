import { readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { lastLines, startPinned } from "./processes.mjs";

const script = fileURLToPath(new URL("../clients/open-loop.mjs", import.meta.url));

/**
 * Runs the open-loop client, as a process of its own on the load's core, and returns what it counted.
 *
 * @param {{ port: number, load: import("./measures/measure.mjs").Load, connections: number, rate: number,
 *   seconds: number, warmUpSeconds: number, core: number, directory: string }} run `rate` in requests a second
 * @returns {Promise<{ requests: number, warmUpRequests: number, p50: number, p99: number, p999: number, max: number,
 *   late: number, errors: Record<string, number> }>} times in milliseconds; `late` is the 99th percentile of how long
 *   after it was due the client itself sent a request
 * @throws {Error} when the client fails
 */
export async function runOpenLoop({ port, load, connections, rate, seconds, warmUpSeconds, core, directory }) {
  const { path, responseBytes } = load;
  const plan = JSON.stringify({ port, path, responseBytes, connections, rate, seconds, warmUpSeconds });
  // A younger generation that is large enough is collected seldom, and then quickly: the client must not pause.
  const args = ["--max-semi-space-size=64", script, plan];
  const client = startPinned({ name: "open-loop", command: process.execPath, args, core, directory });
  const code = await client.exited;
  const line = /^RESULT (.*)$/m.exec(readFileSync(client.log, "utf8"))?.[1];
  if (code !== 0 || line === undefined) throw new Error(`the open-loop client failed: ${lastLines(client.log)}`);
  rmSync(client.log);
  return JSON.parse(line);
}
