import { chmodSync } from "node:fs";
import type { Server } from "node:net";

/** Has a server listen on a Unix socket that only this user can reach. */
export function listenAt(server: Server, path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // Exclusive: in a worker of node:cluster it would be the primary that listens.
    server.listen({ path, backlog: BACKLOG, exclusive: true }, () => {
      server.off("error", reject);
      server.on("error", () => {});
      chmodSync(path, 0o600);
      resolve(server);
    });
  });
}

const BACKLOG = 4096;
