import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerKind, PeerLane } from "./peer.ts";

/** nginx as its manual sets up a reverse proxy: HTTP/1.1, keep-alive and WebSockets towards the endpoint, no buffering. */
export const NGINX: PeerKind = {
  name: "nginx",
  command: "nginx",
  version: [["-v"], /nginx\/(\S+)/],
  configure(directory, lanes) {
    const config = join(directory, "nginx.conf");
    writeFileSync(config, configOf(directory, lanes));
    return ["-p", directory, "-c", config, "-e", join(directory, "error.log")];
  },
};

/** How one process of nginx begins its configuration, its `http {` left open, with all of its files in a folder. */
export function nginxPreamble(directory: string): string {
  return `daemon off;
master_process off;
pid ${directory}/nginx.pid;
error_log ${directory}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path ${directory}/body;
  proxy_temp_path ${directory}/proxy;
  fastcgi_temp_path ${directory}/fastcgi;
  uwsgi_temp_path ${directory}/uwsgi;
  scgi_temp_path ${directory}/scgi;`;
}

function configOf(directory: string, lanes: readonly PeerLane[]): string {
  return `${nginxPreamble(directory)}
  map $http_upgrade $websocket { "~*^websocket$" $http_upgrade; default ""; }
  map $websocket $connection_option { "" ""; default upgrade; }
  proxy_http_version 1.1;
  proxy_set_header Host $http_host;
  proxy_set_header Upgrade $websocket;
  proxy_set_header Connection $connection_option;
  proxy_buffering off;
  proxy_request_buffering off;
${lanes.map(laneOf).join("\n")}
}
`;
}

function laneOf({ front, endpoint, impatient }: PeerLane, index: number): string {
  const limits = impatient
    ? "client_header_timeout 300ms; client_body_timeout 300ms; keepalive_timeout 300ms; proxy_read_timeout 300ms;"
    : "";
  return `  upstream u${index} { server unix:${endpoint}; keepalive 8; }
  server { listen unix:${front}; ${limits} location / { proxy_pass http://u${index}; } }`;
}
