import { defineNodePeer } from "./node-peer.mjs";

/** Not a peer but a yardstick: bytes passed through on node:net. */
export const floor = defineNodePeer({
  name: "floor",
  script: new URL("../gateways/floor.mjs", import.meta.url),
});
