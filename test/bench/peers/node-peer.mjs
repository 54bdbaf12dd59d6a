import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { versionOf } from "../lib/machine.mjs";

const require = createRequire(import.meta.url);

/**
 * A peer that is a Node program of ours around a package.
 *
 * @param {{ name: string, script: URL, package?: string }} peer
 * @returns {import("./peer.mjs").Peer}
 */
export function defineNodePeer({ name, script, package: packageName }) {
  return {
    name,
    findVersion: (node) =>
      packageName === undefined ? versionOf(node, ["-v"], /(v\d\S*)/) : installedVersion(packageName),
    missing: `the package ${packageName} is not installed`,
    start: ({ port, endpoints, node }) => ({
      command: node,
      args: [fileURLToPath(script)],
      env: {
        NODE_ENV: "production",
        PORT: String(port),
        ENDPOINTS: endpoints.map((endpoint) => `127.0.0.1:${endpoint}`).join(","),
      },
    }),
  };
}

function installedVersion(packageName) {
  try {
    return require(`${packageName}/package.json`).version;
  } catch {
    return undefined;
  }
}
