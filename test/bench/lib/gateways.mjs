import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startPinned } from "./processes.mjs";
import { endpointsReached, waitUntilReady } from "./readiness.mjs";

/**
 * Starts a peer pinned to the gateway's core, and waits until it answers the load rightly.
 *
 * @param {import("../peers/peer.mjs").Peer} peer
 * @param {{ port: number, endpoints: number[], core: number, directory: string,
 *   load: typeof import("./loads.mjs").loads.small }} place
 * @returns {Promise<ReturnType<typeof startPinned> & { port: number, endpoints: number }>}
 * @throws {Error} saying why it does not answer
 */
export async function startGateway(peer, { port, endpoints, core, directory, load }) {
  const own = join(directory, peer.name);
  mkdirSync(own);
  const gateway = startPinned({
    name: peer.name,
    core,
    directory: own,
    ...peer.start({ port, endpoints, directory: own }),
  });
  await waitUntilReady(gateway, port, load);
  return { ...gateway, port, endpoints: await endpointsReached(port, load) };
}
