import { defineNodePeer } from "./node-peer.mjs";

/** Node's own means: node:http in front, http.request with a keep-alive agent behind. */
export const nodeHttp = defineNodePeer({
  name: "node-http",
  script: new URL("../gateways/node-http.mjs", import.meta.url),
});
