import { join } from "node:path";
import { versionOf } from "../lib/machine.mjs";
import { nginxUser, renderConfig } from "../lib/render.mjs";

/** One worker, least_conn, keep-alive towards the endpoints. */
export const nginx = define("nginx", "nginx.conf");

/** The same with its own cache. */
export const nginxCache = define("nginx-cache", "nginx-cache.conf");

/** @returns {import("./peer.mjs").Peer} */
function define(name, template) {
  return {
    name,
    findVersion: () => versionOf("nginx", ["-v"], /nginx\/(\S+)/),
    missing: "nginx is not installed",
    start({ port, endpoints, directory }) {
      const config = renderConfig(template, directory, {
        user: nginxUser(),
        directory,
        port,
        endpoints: endpoints.map((endpoint) => `server 127.0.0.1:${endpoint};`).join("\n    "),
      });
      return { command: "nginx", args: ["-p", directory, "-c", config, "-e", join(directory, "nginx-error.log")] };
    },
  };
}
