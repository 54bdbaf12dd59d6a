import { defineNodePeer } from "./node-peer.mjs";

/** fast-gateway with fast-proxy-lite 1.1.2, which package.json pins. */
export const fastGateway = defineNodePeer({
  name: "fast-gateway",
  script: new URL("../gateways/fast-gateway.mjs", import.meta.url),
  package: "fast-gateway",
});
