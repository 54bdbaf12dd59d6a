import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLines } from "./processes.mjs";

const probes = 32;

/**
 * Waits until a started program answers the load's request as the endpoint would.
 *
 * @param {{ name: string, log: string, isRunning: () => boolean }} started
 * @param {number} port
 * @param {import("./measures/measure.mjs").Load} load
 * @param {number} [limit] milliseconds
 * @throws {Error} when it ends, or gives no right answer within `limit`
 */
export async function waitUntilReady(started, port, load, limit = 15_000) {
  const deadline = Date.now() + limit;
  let last = "no answer";
  while (Date.now() < deadline) {
    if (!started.isRunning()) throw new Error(`ended at once: ${lastLines(started.log)}`);
    try {
      await ask(port, load);
      return;
    } catch (error) {
      last = error.message;
    }
    await sleep(100);
  }
  throw new Error(`not ready after ${limit / 1000} s (${last}): ${lastLines(started.log)}`);
}

/**
 * Sends a few requests at the same time and counts which endpoints answered them.
 *
 * @param {number} port
 * @param {import("./measures/measure.mjs").Load} load
 * @returns {Promise<number>} how many different endpoints
 */
export async function endpointsReached(port, load) {
  const answers = await Promise.all(Array.from({ length: probes }, () => ask(port, load)));
  return new Set(answers).size;
}

/**
 * The status of the answer to the load's request with another token.
 *
 * @param {number} port
 * @param {import("./measures/measure.mjs").Load} load
 * @param {string | undefined} token
 * @returns {Promise<number>}
 */
export async function statusOf(port, load, token) {
  const { status } = await send(port, load, token);
  return status;
}

/** Resolves with the endpoint's name, rejects for any but the right answer. */
async function ask(port, load) {
  const { status, bytes, endpoint } = await send(port, load, load.token);
  if (status !== 200) throw new Error(`status ${status}`);
  if (bytes !== load.responseBytes) throw new Error(`${bytes} bytes, not ${load.responseBytes}`);
  return endpoint;
}

/** One request on a connection of its own. */
function send(port, load, token) {
  return new Promise((resolve, reject) => {
    const headers = {
      ...(load.bodyBytes > 0 ? { "content-length": load.bodyBytes } : {}),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const agent = new Agent({ keepAlive: false });
    const sent = request({ port, host: "127.0.0.1", method: load.method, path: load.path, headers, agent });
    sent.setTimeout(2000, () => sent.destroy(new Error("no answer in 2 s")));
    sent.once("error", reject);
    sent.once("response", (response) => {
      let bytes = 0;
      response.on("data", (chunk) => (bytes += chunk.length));
      response.once("error", reject);
      response.once("end", () =>
        resolve({ status: response.statusCode, bytes, endpoint: response.headers["x-endpoint"] }),
      );
    });
    sent.end("x".repeat(load.bodyBytes));
  });
}
