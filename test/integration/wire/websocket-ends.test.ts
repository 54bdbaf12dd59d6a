import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const ASK =
  "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const AGREE = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

/** A client that has asked an endpoint which agrees and then does this. */
async function openTunnel(then: (socket: Socket) => void, service: Readonly<Record<string, unknown>> = {}) {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      socket.write(AGREE);
      then(socket);
    },
  });
  const started = await startGateway(appConfig([endpoint.url], service));
  const client = await connectWire(started.port);
  const gone = (): boolean => started.gateway.connections === 0 && atRest(started.gateway);
  return { ...started, endpoint, client, gone };
}

describe("a tunnel leaves nothing", () => {
  it("when the endpoint goes and the client neither ends nor reads on", async () => {
    const { client, gone } = await openTunnel((socket) => void setTimeout(() => socket.destroy(), 30));
    client.send(ASK);
    await until(() => client.ended, "the client is not told");
    // It looks as if the endpoint had only nothing more to say: silence, then, has to tell.
    await until(gone, "the gateway keeps it", 15_000);
  });

  it("when the endpoint is reset under a client that goes on sending", async () => {
    const { client, gone } = await openTunnel((socket) => void setTimeout(() => socket.resetAndDestroy(), 30));
    client.send(ASK);
    const sending = setInterval(() => {
      if (!client.socket.destroyed) client.socket.write("x".repeat(100_000));
    }, 5);
    await until(gone, "the gateway keeps it").finally(() => clearInterval(sending));
  });

  it("when its time is over and the client has taken nothing", async () => {
    const { client, gone, endpoint } = await openTunnel((socket) => void socket.write(Buffer.alloc(20_000_000)), {
      timeouts: { tunnel: "300ms" },
    });
    client.socket.pause();
    client.send(ASK);
    await until(() => gone() && endpoint.open() === 0, "it stays");
  });

  it("when its time is over and the endpoint has taken nothing", async () => {
    const { client, gone, endpoint } = await openTunnel((socket) => void socket.pause(), {
      timeouts: { tunnel: "300ms" },
    });
    client.send(ASK);
    await until(() => client.received().includes("101"));
    client.send(Buffer.alloc(20_000_000));
    await until(gone, "the client stays");
    await until(() => openTo(endpoint.port) === 0, "the endpoint's connection stays");
  });
});

/** Sockets of this process that are connected to the port: the gateway's, in these tests. */
function openTo(port: number): number {
  const { _getActiveHandles: handles } = process as unknown as { _getActiveHandles(): { remotePort?: number }[] };
  return handles.call(process).filter(({ remotePort }) => remotePort === port).length;
}

it("all that an endpoint sent before it went reaches a client that reads slowly", async () => {
  const size = 9_000_000;
  const { client } = await openTunnel((socket) => void socket.end(Buffer.alloc(size)));
  client.socket.pause();
  client.send(ASK);
  const began = performance.now();
  await until(() => performance.now() - began > 1_500);
  client.socket.resume();
  await until(() => client.ended, "it does not end");
  const received = client.received();
  expect(received.length - received.indexOf("\r\n\r\n") - 4).toBe(size);
});

it("an endpoint is told that the client had ended its side before the tunnel was there", async () => {
  let told = false;
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      setTimeout(() => socket.write(AGREE), 50);
      socket.on("end", () => {
        told = true;
        socket.end("bye");
      });
    },
  });
  const { port, gateway } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.socket.end(ASK);
  await until(() => told && client.received().includes("bye"));
  await until(() => gateway.connections === 0 && atRest(gateway));
});

it("the head of an agreement arrives octet for octet, those beyond ASCII too", async () => {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) =>
      void socket.write(Buffer.from(AGREE.replace("\r\n\r\n", "\r\nx-name: caf\xe9\r\n\r\n"), "latin1")),
  });
  const { port } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.send(ASK);
  await until(() => client.received().includes("\r\n\r\n"));
  expect(client.received().toString("latin1")).toContain("x-name: caf\xe9\r\n");
});

describe("another endpoint is asked for a tunnel", () => {
  const two = (urls: readonly string[], more: Readonly<Record<string, unknown>>) =>
    appConfig(urls, { algorithm: "first", ...more });

  it("when the first one's connection is not there within timeouts.connect", async () => {
    // TEST-NET-1 (RFC 5737): nobody is there, and nobody says so.
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(AGREE) });
    const config = two(["http://192.0.2.1:9", endpoint.url], { timeouts: { connect: "250ms" } });
    const { port } = await startGateway(config);
    const client = await connectWire(port);
    client.send(ASK);
    await until(() => client.received().toString().startsWith("HTTP/1.1 101 "), "no tunnel");
  });

  it("when the first one answers with a status of retry.on", async () => {
    const busy = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"),
    });
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(AGREE) });
    const { port, gateway, finished } = await startGateway(two([busy.url, endpoint.url], { retry: { on: [503] } }));
    const client = await connectWire(port);
    client.send(ASK);
    await until(() => client.received().toString().startsWith("HTTP/1.1 101 "), "no tunnel");
    client.socket.destroy();
    endpoint.sockets.at(-1)?.destroy();
    await until(() => atRest(gateway));
    expect(finished).toMatchObject([{ status: 101, attempts: 2, endpointId: endpoint.url }]);
  });
});

it.each([
  ["is not HTTP", "garbage\r\n\r\n"],
  ["switches to nothing", "HTTP/1.1 101 Switching Protocols\r\n\r\n"],
  ["switches to another protocol", "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n"],
])("an answer that %s is 502, and no tunnel", async (_what, answer) => {
  const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(answer) });
  const { port, gateway } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.send(ASK);
  const response = await client.response();
  expect(response.status).toBe(502);
  expect(response.text).toContain("GW0306");
  await until(() => atRest(gateway) && endpoint.open() === 0);
  expect(endpoint.requests).toHaveLength(1);
});

it("a refusal that turns out broken in its body is cut short, not ended", async () => {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) =>
      void socket.write("HTTP/1.1 401 No\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n"),
  });
  const { port, gateway } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.send(ASK);
  await until(() => client.closed || client.ended);
  expect(client.received().toString()).toMatch(/^HTTP\/1\.1 401 No\r\n/);
  expect(client.received().toString()).not.toContain("\r\n0\r\n");
  await until(() => atRest(gateway) && gateway.connections === 0);
});
