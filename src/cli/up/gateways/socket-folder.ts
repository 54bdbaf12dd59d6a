import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A folder for Unix sockets that only this user can look into. */
export interface SocketFolder {
  /** Paths that were not given before: one for each of `count` listeners of an instance. */
  next(instance: number, count: number): readonly string[];
  remove(): void;
}

/** What its name begins with; the rest is chance. */
export const SOCKET_FOLDER = "gatewayctl-";

/** Made in the system's folder for such things: a socket's path may be little longer than a hundred characters. */
export function createSocketFolder(): SocketFolder {
  const folder = mkdtempSync(join(tmpdir(), SOCKET_FOLDER));
  let made = 0;
  return {
    next(instance, count) {
      const life = ++made;
      // Should somebody have tidied up while no instance listened.
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      return Array.from({ length: count }, (_, listener) => join(folder, `${instance}-${life}-${listener}.sock`));
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
