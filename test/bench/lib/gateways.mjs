import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPinned } from "./processes.mjs";
import { endpointsReached, waitUntilReady } from "./readiness.mjs";

/**
 * Starts a peer pinned to the gateway's core, and waits until it answers the load rightly.
 *
 * @param {import("../peers/peer.mjs").Peer} peer
 * @param {{ port: number, endpoints: number[], core: number, directory: string, node: string,
 *   load: import("./measures/measure.mjs").Load, surroundings: import("../peers/peer.mjs").Surroundings }} place
 * @returns {Promise<import("./measures/measure.mjs").Gateway & { endpoints: number }>}
 * @throws {Error} saying why it does not answer
 */
export async function startGateway(peer, { port, endpoints, core, directory, node, load, surroundings }) {
  const own = join(directory, peer.name);
  mkdirSync(own);
  const what = {
    name: peer.name,
    core,
    directory: own,
    ...peer.start({ port, endpoints, directory: own, node, ...surroundings }),
  };
  const accessLog = what.accessLog ?? join(own, `${peer.name}.log`);
  const gateway = { port, accessLog, ...startPinned(what) };
  gateway.restart = async () => {
    await gateway.stop();
    Object.assign(gateway, startPinned(what));
    await waitUntilReady(gateway, port, load);
  };
  await waitUntilReady(gateway, port, load);
  return Object.assign(gateway, { endpoints: await endpointsReached(port, load) });
}

/**
 * The endpoint itself in a gateway's place: what is measured without any.
 *
 * @param {ReturnType<typeof startPinned>} endpoint
 * @param {number} port
 * @returns {import("./measures/measure.mjs").Gateway & { endpoints: number }}
 */
export function asGateway(endpoint, port) {
  return { ...endpoint, port, endpoints: 1 };
}
