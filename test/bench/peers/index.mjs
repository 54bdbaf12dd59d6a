import { caddy } from "./caddy.mjs";
import { endpoint } from "./endpoint.mjs";
import { expressHttpProxy } from "./express-http-proxy.mjs";
import { fastGateway } from "./fast-gateway.mjs";
import { floor } from "./floor.mjs";
import { gatewayctl, gatewayctl2, gatewayctlRedis } from "./gatewayctl.mjs";
import { haproxy } from "./haproxy.mjs";
import { httpProxy } from "./http-proxy.mjs";
import { nginx, nginxCache } from "./nginx.mjs";
import { nodeHttp } from "./node-http.mjs";

/**
 * Everything that can be measured, in the order of the table; which of them are, a load says.
 *
 * @type {import("./peer.mjs").Peer[]}
 */
export const peers = [
  endpoint,
  nginx,
  nginxCache,
  haproxy,
  floor,
  gatewayctl,
  gatewayctl2,
  gatewayctlRedis,
  caddy,
  nodeHttp,
  httpProxy,
  fastGateway,
  expressHttpProxy,
];
