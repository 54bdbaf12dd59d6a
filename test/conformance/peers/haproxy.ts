import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PeerKind, PeerLane } from "./peer.ts";

/** HAProxy in its plainest HTTP mode. */
export const HAPROXY: PeerKind = {
  name: "haproxy",
  command: "haproxy",
  version: [["-v"], /version (\S+)/],
  configure(directory, lanes) {
    const config = join(directory, "haproxy.cfg");
    writeFileSync(config, configOf(lanes));
    return ["-db", "-q", "-f", config];
  },
};

function configOf(lanes: readonly PeerLane[]): string {
  return `global
  nbthread 1
  maxconn 1024
defaults
  mode http
  timeout connect 1s
  timeout client 20s
  timeout server 20s
  option http-keep-alive
${lanes.map(laneOf).join("\n")}
`;
}

function laneOf({ front, endpoint, impatient }: PeerLane, index: number): string {
  const [ofClient, ofServer] = impatient
    ? ["\n  timeout client 300ms\n  timeout http-request 300ms", "\n  timeout server 300ms"]
    : ["", ""];
  return `frontend f${index}${ofClient}
  bind unix@${front}
  default_backend b${index}
backend b${index}${ofServer}
  server e unix@${endpoint}`;
}
