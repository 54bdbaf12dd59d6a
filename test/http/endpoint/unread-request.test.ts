import { type AddressInfo, createServer } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import type { EndpointLink } from "../../../src/http/endpoint/endpoint-link.ts";
import { Http1Pool } from "../../../src/http/endpoint/http1-pool.ts";

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
  const pool = new Http1Pool({ host: "127.0.0.1", port, clock: { now: () => 0 }, connectTimeoutMs: 1_000 });
  onTestFinished(() => {
    pool.destroy();
    server.close();
  });
  // More than the kernel takes on its way to somebody who does not read: tens of megabytes are not.
  const body = Buffer.alloc(32 * 1024 * 1024);
  await new Promise<void>((resolve, reject) => {
    const send = (link: EndpointLink): void => {
      link.sendHead(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`, new Framing(), body);
    };
    pool.take({
      method: "POST",
      onEndpointReady: send,
      onInformational: () => {},
      onResponseHead: () => true,
      onResponseBody: () => true,
      onResponseTrailers: () => {},
      onResponseEnd: resolve,
      onReadEnd: () => {},
      onEndpointDrain: () => {},
      onBug: reject,
      onEndpointFailure: reject,
    });
  });
  expect([pool.size, pool.idleSize]).toEqual([0, 0]);
});
