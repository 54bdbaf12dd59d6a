import { writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { HAPROXY } from "../../conformance/peers/haproxy.ts";
import type { PeerKind } from "../../conformance/peers/peer.ts";

/** How HAProxy tells a server of its client. */
export const SENDING = ["send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options crc32c,unique-id"];

/**
 * HAProxy with a lane that reads a header and answers with what it says, and, of each way in `SENDING`, one that reads a
 * header and puts its own in its place on the way to a port of this machine.
 */
export function haproxyBefore(port: number): PeerKind {
  return {
    ...HAPROXY,
    configure(directory, [reader, ...senders]) {
      const config = join(directory, "haproxy.cfg");
      const sections = senders.map(
        ({ front }, i) => `listen s${i}
  mode tcp
  unique-id-format %[uuid]
  bind unix@${front} accept-proxy
  server g 127.0.0.1:${port} ${SENDING[i]}`,
      );
      writeFileSync(
        config,
        `global
  nbthread 1
  maxconn 256
defaults
  timeout connect 1s
  timeout client 5s
  timeout server 5s
frontend reader
  mode http
  bind unix@${reader?.front} accept-proxy
  http-request return status 200 content-type text/plain lf-string "%[src] %[src_port] %[dst] %[dst_port]"
${sections.join("\n")}
`,
      );
      return ["-db", "-q", "-f", config];
    },
  };
}

/** The body of the answer to a request with these octets in front; "" if there is none. */
export function ask(path: string, header: Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    let text = "";
    socket.on("data", (chunk) => (text += String(chunk)));
    socket.on("error", () => {});
    socket.on("close", () => resolve(text.startsWith("HTTP/1.1 200") ? (text.split("\r\n\r\n")[1] ?? "") : ""));
    socket.write(Buffer.concat([header, Buffer.from("GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")]));
  });
}
