import { defineNodePeer } from "./node-peer.mjs";

/** express-http-proxy on Express 4. */
export const expressHttpProxy = defineNodePeer({
  name: "express-http-proxy",
  script: new URL("../gateways/express-http-proxy.mjs", import.meta.url),
  package: "express-http-proxy",
});
