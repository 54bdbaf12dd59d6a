import { versionOf } from "../lib/machine.mjs";
import { renderConfig } from "../lib/render.mjs";

/** @type {import("./peer.mjs").Peer} One thread of Go code at a time; its data folders are the run's own. */
export const caddy = {
  name: "caddy",
  findVersion: () => versionOf("caddy", ["version"], /v?(\d\S*)/),
  missing: "caddy is not installed",
  start({ port, endpoints, directory }) {
    const addresses = endpoints.map((endpoint) => `127.0.0.1:${endpoint}`).join(" ");
    const config = renderConfig("Caddyfile", directory, { port, endpoints: addresses });
    return {
      command: "caddy",
      args: ["run", "--config", config, "--adapter", "caddyfile"],
      env: { GOMAXPROCS: "1", HOME: directory, XDG_DATA_HOME: directory, XDG_CONFIG_HOME: directory },
    };
  },
};
