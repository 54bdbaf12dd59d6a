import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderConfig } from "../lib/render.mjs";

const bin = fileURLToPath(new URL("../../../bin/gatewayctl.js", import.meta.url));

/** @type {import("./peer.mjs").Peer} This repository's own build: one process, least-conn, routing and metrics on. */
export const gatewayctl = {
  name: "gatewayctl",
  findVersion() {
    if (!existsSync(bin)) return undefined;
    const ask = (...args) => spawnSync(process.execPath, [bin, ...args], { encoding: "utf8", timeout: 10_000 });
    if (ask("up", "--help").status !== 0) return undefined;
    return ask("--version").stdout.trim();
  },
  missing: "`node bin/gatewayctl.js up --help` fails: run npm run build",
  start({ port, endpoints, directory }) {
    const urls = JSON.stringify(endpoints.map((endpoint) => `http://127.0.0.1:${endpoint}`));
    const config = renderConfig("gateway.config.yaml", directory, { port, endpoints: urls });
    const env = { HOME: directory, XDG_STATE_HOME: directory };
    return { command: process.execPath, args: [bin, "up", "--config", config], env };
  },
};
