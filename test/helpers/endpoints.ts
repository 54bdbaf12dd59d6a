import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface TestEndpoint {
  readonly server: Server;
  readonly port: number;
  /** As in a config: "http://127.0.0.1:12345". */
  readonly url: string;
  /** Requests that have come, in order. */
  readonly requests: IncomingMessage[];
  /** Stops listening and ends every connection, as a killed process would. */
  kill(): Promise<void>;
}

/** An HTTP server on a free loopback port, closed when the test ends. By default it answers "ok". */
export async function startEndpoint(listener?: RequestListener, host = "127.0.0.1", port = 0): Promise<TestEndpoint> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    if (listener) listener(request, response);
    else response.end("ok");
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const bound = (server.address() as AddressInfo).port;
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(kill);
  const shown = host.includes(":") ? `[${host}]` : host;
  return { server, port: bound, url: `http://${shown}:${bound}`, requests, kill };
}
