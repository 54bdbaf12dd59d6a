import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderConfig } from "../lib/render.mjs";

const bin = fileURLToPath(new URL("../../../bin/gatewayctl.js", import.meta.url));

/** This repository's own build: one process, least-conn, routing and metrics on. */
export const gatewayctl = define({
  name: "gatewayctl",
  flags: [],
  missing: "`node bin/gatewayctl.js up --help` fails: run npm run build",
});

/** The same with two processes. */
export const gatewayctl2 = define({
  name: "gatewayctl-2",
  flags: ["--workers", "2"],
  missing: "`gatewayctl up` has no --workers in this build",
});

/** @returns {import("./peer.mjs").Peer} */
function define({ name, flags, missing }) {
  return {
    name,
    missing,
    findVersion(node) {
      if (!existsSync(bin)) return undefined;
      const ask = (...args) => spawnSync(node, [bin, ...args], { encoding: "utf8", timeout: 10_000 });
      const help = ask("up", "--help");
      const knows = (flag) => !flag.startsWith("--") || help.stdout.includes(flag);
      if (help.status !== 0 || !flags.every(knows)) return undefined;
      return ask("--version").stdout.trim();
    },
    start({ port, endpoints, directory, node }) {
      const urls = JSON.stringify(endpoints.map((endpoint) => `http://127.0.0.1:${endpoint}`));
      const config = renderConfig("gateway.config.yaml", directory, { port, endpoints: urls });
      const env = { HOME: directory, XDG_STATE_HOME: directory };
      return { command: node, args: [bin, "up", "--config", config, ...flags], env };
    },
  };
}
