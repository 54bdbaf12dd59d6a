import { type AddressInfo, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import type { EndpointConnection } from "../../../src/http/endpoint/endpoint-connection.ts";
import { EndpointPool } from "../../../src/http/endpoint/endpoint-pool.ts";

it("a connection is not used again while its endpoint has not taken the request that it has answered", async () => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const pool = new EndpointPool({ host: "127.0.0.1", port, clock: { now: () => 0 }, connectTimeoutMs: 1_000 });
  onTestFinished(() => {
    pool.destroy();
    server.close();
  });
  // More than the kernel takes on its way to somebody who does not read: tens of megabytes are not.
  const body = Buffer.alloc(32 * 1024 * 1024);
  await new Promise<void>((resolve, reject) => {
    const send = (connection: EndpointConnection): void => {
      connection.writeText(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`);
      connection.writeBytes(body);
    };
    pool.take({
      method: "POST",
      onEndpointReady: send,
      onInformational: () => {},
      onResponseHead: () => true,
      onResponseBody: () => true,
      onResponseEnd: resolve,
      onReadEnd: () => {},
      onEndpointDrain: () => {},
      onBug: reject,
      onEndpointFailure: reject,
    });
  });
  expect([pool.size, pool.idleSize]).toEqual([0, 0]);
});
