import { Agent, request } from "node:http";
import type { Timers } from "../../shared/timers.ts";
import { nextFloat, nextInt, type Rng } from "../../shared/rng.ts";

/** Milliseconds between two requests, on average. */
const MEAN_INTERVAL = 200;
/** Milliseconds after which a request is given up; the gateway answers long before. */
const PATIENCE = 10_000;

interface DemoRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
}

/**
 * Sends about five requests a second through the gateway, with exponentially distributed pauses, as independent visitors
 * would (a Poisson process). Answers are read and dropped: the gateway's own request lines are what there is to see.
 * Returns what ends it, connections included.
 */
export function startTraffic(baseUrl: string, rng: Rng, timers: Timers): () => void {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  let forget = () => {};
  const next = (): void => {
    const pause = -Math.log(1 - nextFloat(rng)) * MEAN_INTERVAL;
    forget = timers.after(pause, () => {
      send(baseUrl, nextRequest(rng), agent);
      next();
    });
  };
  next();
  return () => {
    forget();
    agent.destroy();
  };
}

/** Half of the visitors look at users, where least-conn has a slow endpoint to avoid. POST goes where nothing is flaky. */
export function nextRequest(rng: Rng): DemoRequest {
  const chance = nextFloat(rng);
  const id = 1 + nextInt(rng, 6);
  if (chance < 0.4) return { method: "GET", path: `/users/${id}` };
  if (chance < 0.75) return { method: "GET", path: `/orders/${id}` };
  if (chance < 0.95) return { method: "GET", path: `/inventory/${id}` };
  return { method: "POST", path: "/inventory" };
}

function send(baseUrl: string, { method, path }: DemoRequest, agent: Agent): void {
  const body = method === "POST" ? '{"item":"kettle","stock":1}' : "";
  const headers = {
    "user-agent": "gatewayctl-demo",
    ...(body && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
  };
  const outgoing = request(new URL(path, baseUrl), { method, agent, headers, timeout: PATIENCE });
  outgoing.once("response", (response) => response.on("error", () => {}).resume());
  outgoing.once("timeout", () => outgoing.destroy());
  // A visitor who got no answer: the gateway has said why on its own line.
  outgoing.on("error", () => {});
  outgoing.end(body);
}
