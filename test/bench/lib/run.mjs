import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEndpoint } from "./endpoint.mjs";
import { startGateway } from "./gateways.mjs";
import { loads } from "./loads.mjs";
import { freePorts } from "./ports.mjs";
import { killAll, stopAll } from "./processes.mjs";
import { waitUntilReady } from "./readiness.mjs";
import { runRounds } from "./rounds.mjs";

const endpointCount = 2;

/**
 * Starts the endpoint and every peer, measures all rounds, and ends everything again, however it ends.
 *
 * @param {{ peers: import("../peers/peer.mjs").Peer[], cores: { gateway: number, load: number },
 *   options: ReturnType<typeof import("./options.mjs").parseOptions>, onSlice: (slice: object) => void,
 *   onFailure: (peer: string, reason: string) => void, signal: AbortSignal }} plan `onFailure`: a peer that could not be
 *   started; `signal`: ends the run early
 * @returns {Promise<{ gateways: { name: string, endpoints: number }[], slices: object[] }>}
 * @throws the signal's reason, when aborted
 */
export async function runPeers({ peers, cores, options, onSlice, onFailure, signal }) {
  const directory = mkdtempSync(join(tmpdir(), "gatewayctl-bench-"));
  const cleanUp = () => {
    killAll();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once("exit", cleanUp);
  try {
    const load = loads[options.load];
    const ports = await freePorts(endpointCount + peers.length);
    const endpoints = ports.splice(0, endpointCount);
    const endpoint = startEndpoint({ ports: endpoints, core: cores.load, directory });
    for (const port of endpoints) await waitUntilReady(endpoint, port, load);
    const gateways = [];
    for (const [index, peer] of peers.entries()) {
      const place = { port: ports[index], endpoints, core: cores.gateway, directory, load };
      await startGateway(peer, place).then(
        (gateway) => gateways.push(gateway),
        (error) => {
          signal.throwIfAborted();
          onFailure(peer.name, error.message);
        },
      );
    }
    const run = { load, connections: options.connections, seconds: options.seconds, core: cores.load, directory };
    const slices = await runRounds({ gateways, rounds: options.rounds, run, onSlice, signal });
    return { gateways, slices };
  } finally {
    await stopAll();
    cleanUp();
    process.removeListener("exit", cleanUp);
  }
}
