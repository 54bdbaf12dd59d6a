import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { systemWallClock } from "../../../../src/shared/clock.ts";
import { nginxPreamble } from "../../peers/nginx.ts";
import { installedVersion, type PeerKind, type PeerLane, startPeer } from "../../peers/peer.ts";
import type { CacheCase, CacheSettings } from "../cache-case.ts";
import type { CacheTarget } from "../run-case.ts";

/** nginx has no clock that could be moved: its cases wait, all at the same time. */
const LONGEST_WAIT_S = 3;
/** It counts in whole seconds, and what was stored at the end of one is fresh for most of another. */
const ROUNDING_MS = 60;

/**
 * nginx with `proxy_cache`, a lane for every case.
 * @returns `undefined` where it is not installed
 */
export async function createNginxCache(cases: readonly CacheCase[]): Promise<CacheTarget | undefined> {
  const kind = nginxCache(cases);
  const version = installedVersion(kind);
  if (version === undefined) return undefined;
  const peer = await startPeer(
    kind,
    cases.map(() => false),
  );
  const lane = (index: number): PeerLane => peer.lanes[index] as PeerLane;
  return {
    name: `nginx ${version}`,
    // Its cache lock looks every half second whether it has been let go.
    patienceMs: 2_500,
    endpointAddress: (index) => ({ path: lane(index).endpoint }),
    open: (index) => Promise.resolve({ path: lane(index).front }),
    now: () => systemWallClock.now(),
    async pass(_index, seconds) {
      if (seconds > LONGEST_WAIT_S) return false;
      await pause(seconds * 1000 + ROUNDING_MS);
      return true;
    },
    release: () => Promise.resolve(),
    close: () => peer.stop(),
  };
}

function nginxCache(cases: readonly CacheCase[]): PeerKind {
  return {
    name: "nginx",
    command: "nginx",
    version: [["-v"], /nginx\/(\S+)/],
    configure(directory, lanes) {
      const config = join(directory, "nginx.conf");
      const servers = lanes.map((lane, index) => serverOf(lane, index, cases[index]?.settings ?? {}));
      writeFileSync(config, configOf(directory, servers.join("\n")));
      return ["-p", directory, "-c", config, "-e", join(directory, "error.log")];
    },
  };
}

/**
 * As its manual would have a cache that revalidates, collapses, and obeys what responses say. Stale responses are served
 * where the case's settings, or responses, allow it: with `proxy_cache_use_stale updating` for all of them nginx would
 * serve everything stale once, must-revalidate or not, and fail far more of the cases.
 */
function configOf(directory: string, servers: string): string {
  return `${nginxPreamble(directory)}
  proxy_cache_path ${directory}/cache keys_zone=cache:10m use_temp_path=off;
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Connection "";
  proxy_next_upstream off;
  proxy_cache cache;
  proxy_cache_key $scheme$http_host$proxy_host$request_uri;
  proxy_cache_methods GET HEAD;
  proxy_cache_revalidate on;
  proxy_cache_lock on;
  proxy_cache_background_update on;
${servers}
}
`;
}

function serverOf({ front, endpoint }: PeerLane, index: number, settings: CacheSettings): string {
  const stale = [
    settings.staleWhileRevalidate === undefined ? "" : "updating",
    settings.staleIfError === undefined ? "" : "error timeout http_500 http_502 http_503 http_504",
  ].join(" ");
  const lines = [
    stale.trim() === "" ? "" : `proxy_cache_use_stale ${stale};`,
    settings.ttl === undefined ? "" : `proxy_cache_valid 200 203 204 300 301 308 404 405 410 414 501 ${settings.ttl}s;`,
    settings.vary === undefined
      ? ""
      : `proxy_cache_key $scheme$http_host$proxy_host$request_uri${varied(settings.vary)};`,
  ];
  return `  upstream u${index} { server unix:${endpoint} max_fails=0; keepalive 4; }
  server { listen unix:${front}; location / { proxy_pass http://u${index}; ${lines.join(" ")} } }`;
}

function varied(names: readonly string[]): string {
  return names.map((name) => `|$http_${name.toLowerCase().replaceAll("-", "_")}`).join("");
}
