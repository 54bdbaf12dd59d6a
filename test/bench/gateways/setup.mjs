// What the Node gateways under test have in common: their port, their endpoints, and a keep-alive agent.
import { Agent } from "node:http";

const endpoints = (process.env.ENDPOINTS ?? "").split(",");
let turn = 0;

/** The port to listen on, on loopback. */
export const port = Number(process.env.PORT);

/** Idle connections are kept, as many as the load can need. */
export const agentOptions = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 4096 };

/** The agent for libraries that take one. */
export const agent = new Agent(agentOptions);

/** Endpoints in turn, as `host:port`; these libraries bring no balancing of their own. */
export function nextEndpoint() {
  turn = (turn + 1) % endpoints.length;
  return endpoints[turn];
}
