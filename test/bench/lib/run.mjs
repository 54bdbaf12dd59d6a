import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeAccess } from "./access.mjs";
import { startEndpoint } from "./endpoint.mjs";
import { asGateway, startGateway } from "./gateways.mjs";
import { loads } from "./loads.mjs";
import { freePorts } from "./ports.mjs";
import { killAll, stopAll } from "./processes.mjs";
import { waitUntilReady } from "./readiness.mjs";
import { startRedis } from "./redis.mjs";
import { runRounds } from "./rounds.mjs";

const endpointCount = 2;

/**
 * Starts the endpoint and every peer, measures all rounds, and ends everything again, however it ends.
 *
 * @param {{ peers: import("../peers/peer.mjs").Peer[], cores: { gateway: number, load: number }, node: string,
 *   options: ReturnType<typeof import("./options.mjs").parseOptions>, onSlice: (slice: object) => void,
 *   onNote: (text: string) => void, onFailure: (peer: string, reason: string) => void, signal: AbortSignal }} plan
 *   `node`: path of the Node for gatewayctl and the Node peers; `onFailure`: a peer that could not be started;
 *   `signal`: ends the run early
 * @returns {Promise<{ gateways: { name: string, endpoints: number }[], slices: object[] }>}
 * @throws the signal's reason, when aborted
 */
export async function runPeers({ cores, options, onSlice, onNote, signal, ...plan }) {
  const directory = mkdtempSync(join(tmpdir(), "gatewayctl-bench-"));
  const cleanUp = () => {
    killAll();
    rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
  };
  process.once("exit", cleanUp);
  try {
    const { load, ...surroundings } = await surround(loads[options.load], cores.load, directory);
    const gateways = await startAll({ ...plan, cores, directory, load, surroundings, signal });
    const { connections, seconds, rounds } = options;
    const run = { load, connections, seconds, core: cores.load, directory, gateways, ...surroundings };
    const { note, ...common } = (await load.measure.prepare?.(run)) ?? {};
    if (note !== undefined) onNote(note);
    const slices = await runRounds({ run: { ...run, ...common }, rounds, measure: load.measure, onSlice, signal });
    return { gateways, slices };
  } finally {
    await stopAll();
    cleanUp();
    process.removeListener("exit", cleanUp);
  }
}

/** What a load needs besides gateways and endpoint. */
async function surround(load, core, directory) {
  if (load.needsRedis) return { load, redis: await startRedis(core, directory) };
  if (load.isCached) return { load, isCached: true };
  if (!load.needsToken) return { load };
  const access = makeAccess(directory);
  return { load: { ...load, token: access.token, tokens: access.tokens }, access };
}

async function startAll({ peers, node, cores, directory, load, surroundings, onFailure, signal }) {
  const ports = await freePorts(endpointCount + peers.length);
  const endpoints = ports.splice(0, endpointCount);
  const endpoint = startEndpoint({ ports: endpoints, core: cores.load, directory });
  for (const port of endpoints) await waitUntilReady(endpoint, port, load);
  const gateways = [];
  for (const [index, peer] of peers.entries()) {
    const place = { port: ports[index], endpoints, core: cores.gateway, directory, load, node, surroundings };
    try {
      gateways.push(peer.isEndpoint ? asGateway(endpoint, endpoints[0]) : await startGateway(peer, place));
    } catch (error) {
      signal.throwIfAborted();
      onFailure(peer.name, error.message);
    }
  }
  return gateways;
}
