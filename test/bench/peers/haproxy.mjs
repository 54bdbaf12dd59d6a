import { accessLimit } from "../lib/access.mjs";
import { versionOf } from "../lib/machine.mjs";
import { renderConfig } from "../lib/render.mjs";

/** @type {import("./peer.mjs").Peer} One thread, leastconn, connections to the endpoints shared by all requests. */
export const haproxy = {
  name: "haproxy",
  findVersion: () => versionOf("haproxy", ["-v"], /version (\S+)/),
  missing: "haproxy is not installed",
  start({ port, endpoints, directory, access }) {
    const servers = endpoints.map((endpoint) => `  server e${endpoint} 127.0.0.1:${endpoint}`).join("\n");
    const config =
      access === undefined
        ? renderConfig("haproxy.cfg", directory, { port, endpoints: servers })
        : renderConfig("haproxy-access.cfg", directory, { ...access, port, endpoints: servers, limit: accessLimit });
    return { command: "haproxy", args: ["-db", "-f", config] };
  },
};
