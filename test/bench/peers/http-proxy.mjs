import { defineNodePeer } from "./node-peer.mjs";

/** http-proxy 1.18, the release that most installations still run; the alias leaves the plain name to its successor. */
export const httpProxy = defineNodePeer({
  name: "http-proxy",
  script: new URL("../gateways/http-proxy.mjs", import.meta.url),
  package: "peer-http-proxy",
});
