import { readdir, readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { listeningSockets } from "../../processes/listening-sockets.ts";
import { DEFAULT_ENDPOINTS, type FrontedServices, UNNAMED } from "./fronted-services.ts";

/** Where development servers listen; what is outside is most likely something else. */
const DEVELOPMENT = { from: 3000, to: 9999 } as const;

/** Well-known ports inside of that which are not HTTP services of the user's: databases, caches, queues, debuggers. */
const OTHER_SOFTWARE = new Set([3306, 4222, 5353, 5432, 5433, 5672, 6379, 6432, 7687, 9042, 9092, 9200, 9229, 9300]);
const MOST = 8;

const COMPOSE_FILES = ["compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"];

/**
 * What the prompt offers as the services to front, best guess first: services of a compose file with published ports,
 * servers of this user that listen now, workspaces of package.json on the ports from 4001; else the template's own.
 */
export async function detectServices(folder: string, notPort: number): Promise<FrontedServices> {
  const guesses = [composeServices, () => listeningServers(notPort), workspaces];
  for (const guess of guesses) {
    const found = await guess(folder).catch(() => new Map<string, string[]>());
    if (found.size > 0) return found;
  }
  return new Map([[UNNAMED, DEFAULT_ENDPOINTS]]);
}

async function composeServices(folder: string): Promise<FrontedServices> {
  const found = new Map<string, string[]>();
  for (const name of COMPOSE_FILES) {
    const text = await readFile(join(folder, name), "utf8").catch(() => undefined);
    if (text === undefined) continue;
    const { parse } = await import("yaml");
    const document = parse(text) as { services?: Record<string, { ports?: unknown }> };
    for (const [service, { ports }] of Object.entries(document.services ?? {})) {
      const urls = (Array.isArray(ports) ? ports : []).flatMap(publishedPort).filter(looksLikeService).map(local);
      if (urls.length > 0) found.set(service, urls);
    }
    return found;
  }
  return found;
}

/** The host's port of `"4001:80"`, `"127.0.0.1:4001:80/tcp"` or `{ target: 80, published: 4001 }`; ranges are left out. */
function publishedPort(entry: unknown): number[] {
  if (typeof entry === "object" && entry !== null && "published" in entry) return [Number(entry.published)];
  const match = /^(?:[\d.]+:)?(\d+):\d+(?:\/tcp)?$/.exec(String(entry));
  return match ? [Number(match[1])] : [];
}

async function listeningServers(notPort: number): Promise<FrontedServices> {
  const uid = process.getuid?.();
  const sockets = await listeningSockets();
  const ports = sockets
    .filter((socket) => socket.uid === undefined || socket.uid === uid)
    .map((socket) => socket.port)
    .filter((port) => port >= DEVELOPMENT.from && port <= DEVELOPMENT.to && port !== notPort && looksLikeService(port));
  const urls = [...new Set(ports)]
    .sort((a, b) => a - b)
    .slice(0, MOST)
    .map(local);
  return urls.length > 0 ? new Map([[UNNAMED, urls]]) : new Map();
}

/** Folders named by `workspaces`, or one level below `folder/*`: names to begin with, on ports to be corrected. */
async function workspaces(folder: string): Promise<FrontedServices> {
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as { workspaces?: unknown };
  const patterns = Array.isArray(manifest.workspaces) ? manifest.workspaces.map(String) : [];
  const names: string[] = [];
  for (const pattern of patterns) {
    if (!pattern.endsWith("/*")) names.push(basename(pattern));
    else names.push(...(await foldersIn(join(folder, pattern.slice(0, -2)))));
  }
  const usable = names.filter((name) => /^[a-z0-9][a-z0-9-]*$/.test(name)).slice(0, MOST);
  return new Map(usable.map((name, index) => [name, [local(4001 + index)]]));
}

async function foldersIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}

function looksLikeService(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65_535 && !OTHER_SOFTWARE.has(port);
}

function local(port: number): string {
  return `http://localhost:${port}`;
}
