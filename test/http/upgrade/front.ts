import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { onTestFinished } from "vitest";
import { TunnelSocket } from "../../../src/http/upgrade/tunnel-socket.ts";
import { upgradeHeaders } from "../../../src/http/upgrade/upgrade-request.ts";
import { proxyWebSocket, type UpgradeTarget } from "../../../src/http/upgrade/websocket-proxy.ts";
import type { TestCertificate } from "../../helpers/certificates.ts";

export interface Front {
  readonly port: number;
  /** What was told of each upgrade, in order. */
  readonly told: string[];
  readonly failures: Error[];
  /** The sockets of the clients, accepted side. */
  readonly sockets: Socket[];
}

export interface FrontOptions {
  /** With it, clients speak TLS. */
  readonly certificate?: TestCertificate;
  readonly halfClosedSilence?: number;
  /** In front of every request. */
  readonly preface?: Buffer;
}

/** As little of a gateway as can hand an upgrade to `proxyWebSocket`. */
export async function startFront(target: UpgradeTarget, options: FrontOptions = {}): Promise<Front> {
  const told: string[] = [];
  const failures: Front["failures"] = [];
  const sockets: Socket[] = [];
  const serve = (client: Socket): void => {
    sockets.push(client);
    client.on("error", () => {});
    let head = "";
    const read = (chunk: Buffer): void => {
      head += chunk.toString("latin1");
      const end = head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const early = Buffer.from(head.slice(end + 4), "latin1");
      client.off("data", read).pause();
      const socket = new TunnelSocket(client, () => (early.length > 0 ? early : undefined), options.halfClosedSilence);
      const request = {
        method: "GET",
        url: head.split(" ", 2)[1] as string,
        headers: upgradeHeaders(head.slice(0, end)),
        preface: options.preface,
      };
      proxyWebSocket(request, socket, target, {
        onOpen: () => told.push("open"),
        onResponse: (response) => {
          told.push(`response ${response.statusCode}`);
          response.destroy();
          client.destroy();
        },
        onFailure: (error) => {
          told.push("failure");
          failures.push(error);
          client.destroy();
        },
        onEnd: (error) => told.push(error ? `end ${error.message}` : "end"),
      });
    };
    client.on("data", read);
  };
  const { certificate } = options;
  const server: Server =
    certificate === undefined
      ? createServer({ allowHalfOpen: true, noDelay: true }, serve)
      : createTlsServer({ allowHalfOpen: true, noDelay: true, ...certificate }, serve);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, told, failures, sockets };
}
