import { caddy } from "./caddy.mjs";
import { expressHttpProxy } from "./express-http-proxy.mjs";
import { fastGateway } from "./fast-gateway.mjs";
import { floor } from "./floor.mjs";
import { gatewayctl } from "./gatewayctl.mjs";
import { haproxy } from "./haproxy.mjs";
import { httpProxy } from "./http-proxy.mjs";
import { nginx } from "./nginx.mjs";

/** Every gateway that a run measures, in the order of the table. @type {import("./peer.mjs").Peer[]} */
export const peers = [nginx, haproxy, floor, gatewayctl, caddy, httpProxy, fastGateway, expressHttpProxy];
