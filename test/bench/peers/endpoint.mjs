import { versionOf } from "../lib/machine.mjs";

/**
 * Not a peer but a yardstick: the endpoint without any gateway, so that one sees what the client and the endpoint can do.
 *
 * @type {import("./peer.mjs").Peer}
 */
export const endpoint = {
  name: "endpoint",
  isEndpoint: true,
  findVersion: () => versionOf("nginx", ["-v"], /nginx\/(\S+)/),
  missing: "nginx is not installed",
  start() {
    throw new Error("the endpoint has been started already");
  },
};
