import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startPinned } from "./processes.mjs";
import { nginxUser, renderConfig } from "./render.mjs";
import { smallBody } from "./small-body.mjs";

/**
 * Starts the endpoint that all gateways share: a plain nginx that answers on several ports, pinned to the load's core.
 *
 * @param {{ ports: number[], core: number, directory: string }} options
 * @returns {ReturnType<typeof startPinned>}
 */
export function startEndpoint({ ports, core, directory }) {
  const files = join(directory, "files");
  mkdirSync(files);
  writeFileSync(join(files, "16k"), Buffer.alloc(16 * 1024, "x"));
  writeFileSync(join(files, "1m"), Buffer.alloc(1024 * 1024, "x"));
  const config = renderConfig("endpoint.conf", directory, {
    user: nginxUser(),
    directory,
    small: smallBody,
    listens: ports.map((port) => `listen 127.0.0.1:${port} backlog=4096;`).join("\n    "),
  });
  const args = ["-p", directory, "-c", config, "-e", join(directory, "endpoint-error.log")];
  return startPinned({ name: "endpoint", command: "nginx", args, core, directory });
}
