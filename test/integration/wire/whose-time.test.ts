import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const EXPECTING = "POST / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: 5\r\n\r\n";

describe("while a client waits for 100 Continue", () => {
  it("it is the endpoint that is late: 504", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(
      appConfig([endpoint.url], { timeouts: { request: "300ms" } }, { limits: { bodyTimeout: "1500ms" } }),
    );
    const client = await connectWire(port);
    client.send(EXPECTING);
    const response = await client.response();
    expect(response.status).toBe(504);
    expect(response.text).toContain("GW0304");
  });

  it("but once it has it, the client is: 408", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (_head, socket) => socket.write("HTTP/1.1 100 Continue\r\n\r\n"),
    });
    const { port } = await startGateway(
      appConfig([endpoint.url], { timeouts: { request: "200ms" } }, { limits: { bodyTimeout: "600ms" } }),
    );
    const client = await connectWire(port);
    client.send(EXPECTING);
    expect((await client.informational()).status).toBe(100);
    expect((await client.response()).status).toBe(408);
  });
});

it("a client that was not read for longer than limits.bodyTimeout is not late with its body", async () => {
  let reading: Socket | undefined;
  const endpoint = await startWireEndpoint({
    onHead: (_head, socket) => {
      socket.pause();
      reading = socket;
    },
    onRequest: (request, socket) => socket.write(ok(String(request.body.length))),
  });
  const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyTimeout: "250ms" } }));
  const client = await connectWire(port);
  const size = 9_000_000;
  client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`);
  client.send(Buffer.alloc(size));
  const began = performance.now();
  await until(() => reading !== undefined && performance.now() - began > 900);
  reading?.resume();
  const response = await client.response("POST", 5_000);
  expect([response.status, response.text]).toEqual([200, String(size)]);
});
