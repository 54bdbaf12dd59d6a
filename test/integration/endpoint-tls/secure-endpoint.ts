import type { IncomingMessage, RequestListener } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import { createTestCa, type TestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

export interface SecureEndpoint {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** TCP connections so far. */
  readonly connections: number;
  /** Of each TLS connection: the name that was asked for, what was agreed on, and whether a session was resumed. */
  readonly handshakes: {
    readonly name: string | false;
    readonly protocol: string | false;
    readonly resumed: boolean;
  }[];
}

/** An HTTPS server on a free loopback port, closed when the test ends. By default it answers "ok". */
export async function startSecureEndpoint(
  options: ServerOptions,
  listener: RequestListener = (_request, response) => response.end("ok"),
  port = 0,
): Promise<SecureEndpoint> {
  const requests: IncomingMessage[] = [];
  const handshakes: SecureEndpoint["handshakes"] = [];
  const server = createServer(options, (request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on("secureConnection", (socket: TLSSocket & { servername?: string | false }) => {
    socket.on("error", () => {});
    handshakes.push({
      name: socket.servername ?? false,
      protocol: socket.alpnProtocol ?? false,
      resumed: socket.isSessionReused(),
    });
  });
  let connections = 0;
  server.on("connection", () => connections++);
  server.on("tlsClientError", () => {});
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    handshakes,
    get connections() {
      return connections;
    },
  };
}

/** A CA, a certificate of it for `localhost` and 127.0.0.1, and a folder with `ca.pem`. */
export async function startAuthority(): Promise<{ ca: TestCa; own: TestCertificate; baseDirectory: string }> {
  const ca = await createTestCa();
  const own = await ca.issue(["localhost", "127.0.0.1"]);
  return { ca, own, baseDirectory: tempDir({ "ca.pem": ca.cert }) };
}
