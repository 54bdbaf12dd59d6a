import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { accessLimit } from "../lib/access.mjs";
import { versionOf } from "../lib/machine.mjs";
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

/** The same with a rate limit that is counted in Redis. */
export const gatewayctlRedis = define({
  name: "gatewayctl-redis",
  flags: [],
  missing: "`node bin/gatewayctl.js up --help` fails, or redis-server is not installed",
  needs: () => versionOf("redis-server", ["--version"], /v=(\S+)/),
  template: "gateway-redis.config.yaml",
});

/** @returns {import("./peer.mjs").Peer} */
function define({ name, flags, missing, needs = () => "nothing", template = "gateway.config.yaml" }) {
  return {
    name,
    missing,
    findVersion(node) {
      if (!existsSync(bin) || needs() === undefined) return undefined;
      const ask = (...args) => spawnSync(node, [bin, ...args], { encoding: "utf8", timeout: 10_000 });
      const help = ask("up", "--help");
      const knows = (flag) => !flag.startsWith("--") || help.stdout.includes(flag);
      if (help.status !== 0 || !flags.every(knows)) return undefined;
      return ask("--version").stdout.trim();
    },
    start({ port, endpoints, directory, node, access, redis, isCached }) {
      const urls = JSON.stringify(endpoints.map((endpoint) => `http://127.0.0.1:${endpoint}`));
      const accessLog = join(directory, "access.log");
      const values = { ...access, redis, port, endpoints: urls, limit: accessLimit, accessLog };
      const chosen = isCached ? "gateway-cache.config.yaml" : template;
      const config = renderConfig(
        access === undefined ? chosen : "gateway-access.config.yaml",
        directory,
        values,
        "gateway.config.yaml",
      );
      const env = { HOME: directory, XDG_STATE_HOME: directory };
      return { command: node, args: [bin, "up", "--config", config, ...flags], env, accessLog };
    },
  };
}
