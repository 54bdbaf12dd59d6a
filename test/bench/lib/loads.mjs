import { access } from "./measures/access.mjs";
import { cached } from "./measures/cached.mjs";
import { idle } from "./measures/idle.mjs";
import { redisLimit } from "./measures/redis-limit.mjs";
import { requests } from "./measures/requests.mjs";
import { tail } from "./measures/tail.mjs";
import { workers } from "./measures/workers.mjs";
import { smallBody } from "./small-body.mjs";

const small = { method: "GET", path: "/api/small", responseBytes: smallBody.length, bodyBytes: 0, connection: "keep" };
const size = { rounds: 5, seconds: 4, connections: 64 };
const gateways = ["nginx", "haproxy", "floor", "gatewayctl", "caddy"];
const nodePeers = ["node-http", "http-proxy", "fast-gateway", "express-http-proxy"];
const cost = { ...small, ...size, peers: [...gateways, ...nodePeers], measure: requests };

/**
 * The kinds of load. `responseBytes` is what each answer must at least carry: a gateway that answers less is not doing
 * the work. `bodyBytes` is sent with each request; `connection: "close"` opens a new connection for every request.
 * `needsToken`: each request bears one of many tokens, and the gateway verifies it, counts, and logs; `needsRedis`: there is
 * one; `isCached`: gatewayctl stores responses. `measure` says what is measured under it, and of which `peers`; `rounds`, `seconds` and `connections` can be chosen
 * otherwise.
 */
export const loads = {
  small: cost,
  "16k": { ...cost, path: "/api/files/16k", responseBytes: 16 * 1024 },
  "1m": { ...cost, path: "/api/files/1m", responseBytes: 1024 * 1024 },
  post: { ...cost, method: "POST", bodyBytes: 1024 },
  close: { ...cost, connection: "close" },
  500: { ...small, ...size, peers: ["endpoint", "nginx", "haproxy", "gatewayctl"], connections: 500, measure: tail },
  idle: { ...small, ...size, peers: ["nginx", "gatewayctl", "node-http"], rounds: 3, connections: 8000, measure: idle },
  access: { ...small, ...size, peers: ["haproxy", "gatewayctl"], needsToken: true, measure: access },
  cache: { ...small, ...size, peers: ["nginx", "nginx-cache", "gatewayctl"], isCached: true, measure: cached },
  "redis-limit": {
    ...small,
    ...size,
    peers: ["gatewayctl", "gatewayctl-redis"],
    needsRedis: true,
    measure: redisLimit,
  },
  workers: { ...small, ...size, peers: ["gatewayctl", "gatewayctl-2"], measure: workers },
};
