import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

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
    findVersion: () => (packageName === undefined ? process.version : installedVersion(packageName)),
    missing: `the package ${packageName} is not installed`,
    start: ({ port, endpoints }) => ({
      command: process.execPath,
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
