import { createConnection } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "./ports.mjs";
import { lastLines, startPinned } from "./processes.mjs";

/** Milliseconds until it must answer. */
const patience = 5000;

/**
 * Starts a Redis that keeps nothing on disk, pinned to a core.
 *
 * @param {number} core
 * @param {string} directory
 * @returns {Promise<string>} its URL
 * @throws {Error} when it is not installed, or does not answer
 */
export async function startRedis(core, directory) {
  const [port] = await freePorts(1);
  const args = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  const redis = startPinned({ name: "redis", command: "redis-server", args, core, directory });
  for (const deadline = Date.now() + patience; Date.now() < deadline && redis.isRunning(); await sleep(50)) {
    if (await answers(port)) return `redis://127.0.0.1:${port}`;
  }
  throw new Error(`redis-server cannot be started: ${lastLines(redis.log)}`);
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = createConnection({ port, host: "127.0.0.1" }, () => socket.write("PING\r\n"));
    socket.once("data", (reply) => {
      resolve(reply.toString().startsWith("+PONG"));
      socket.destroy();
    });
    socket.once("error", () => resolve(false));
  });
}
