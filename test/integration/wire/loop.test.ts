import { type AddressInfo, connect, createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway, type TestGateway } from "../../helpers/gateway.ts";
import { connectWire, type WireResponse } from "../../helpers/wire-client.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";

interface Relay {
  readonly port: number;
  /** Where it leads. */
  target: number;
}

/** A port that leads to another one: a config whose endpoint is its own listener is refused. */
async function startRelay(): Promise<Relay> {
  const relay = { port: 0, target: 0 };
  const server = createServer((socket) => {
    const onward = connect({ port: relay.target, host: "127.0.0.1" });
    for (const each of [socket, onward]) each.on("error", () => {});
    socket.pipe(onward).pipe(socket);
    onTestFinished(() => void [socket, onward].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return Object.assign(relay, { port: (server.address() as AddressInfo).port });
}

async function ask(port: number, request: string): Promise<WireResponse> {
  const client = await connectWire(port);
  client.send(request);
  return client.response();
}

/** A gateway whose only service is itself. */
async function startRing(): Promise<TestGateway> {
  const relay = await startRelay();
  const ring = await startGateway(appConfig([`http://127.0.0.1:${relay.port}`]));
  relay.target = ring.port;
  return ring;
}

describe("a route that leads to the gateway itself", () => {
  it.each([
    ["HTTP/1.1", "GET / HTTP/1.1\r\nhost: a\r\n\r\n"],
    ["HTTP/1.0", "GET / HTTP/1.0\r\n\r\n"],
    ["with a body", "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\n\r\nhi"],
    ["with a Via of its own", "GET / HTTP/1.1\r\nhost: a\r\nvia: 1.1 b (c\r\nvia: 1.0 d\r\n\r\n"],
    ["that asks for Via to be dropped", "GET / HTTP/1.1\r\nhost: a\r\nvia: 1.1 b\r\nconnection: via\r\n\r\n"],
    [
      "for a WebSocket",
      "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    ],
  ])("is 508 the second time: %s", async (_, request) => {
    const ring = await startRing();
    const response = await ask(ring.port, request);
    expect([response.status, JSON.parse(response.text).code]).toEqual([508, "GW0210"]);
    await until(() => ring.finished.length >= 2 && atRest(ring.gateway));
    expect(ring.finished.map(({ status, code }) => [status, code])).toEqual([
      [508, "GW0210"],
      [508, undefined],
    ]);
  });

  it("is 508 too through two listeners and two services", async () => {
    const [first, second] = [await startRelay(), await startRelay()];
    const ring = await startGateway({
      listeners: [{ http: 0 }, { http: 0 }],
      services: { a: [`http://127.0.0.1:${first.port}`], b: [`http://127.0.0.1:${second.port}`] },
      routes: [
        { match: "/a", service: "b", rewrite: { path: "/b" } },
        { match: "/b", service: "a", rewrite: { path: "/a" } },
      ],
    });
    [first.target = 0, second.target = 0] = ring.gateway.bound.map(({ port }) => port);
    expect((await ask(first.target, "GET /a HTTP/1.1\r\nhost: a\r\n\r\n")).status).toBe(508);
    expect((await ask(second.target, "GET /b HTTP/1.0\r\n\r\n")).status).toBe(508);
    await until(() => atRest(ring.gateway));
    expect(ring.finished).toHaveLength(4);
  });

  it("is 508 through another gateway as well, whichever was asked first", async () => {
    const relay = await startRelay();
    const inner = await startGateway(appConfig([`http://127.0.0.1:${relay.port}`]));
    const outer = await startGateway(appConfig([inner.url]));
    relay.target = outer.port;
    for (const { port } of [inner, outer]) {
      expect((await ask(port, "GET / HTTP/1.1\r\nhost: a\r\n\r\n")).status).toBe(508);
    }
    await until(() => atRest(inner.gateway) && atRest(outer.gateway));
    expect(inner.finished.length + outer.finished.length).toBe(6);
  });

  it("is 508 where one listener takes it in TLS", async () => {
    const relay = await startRelay();
    const ring = await startGateway({
      listeners: [{ http: 0 }, { https: 0 }],
      services: { app: { endpoints: [`https://localhost:${relay.port}`], tls: { verify: false } } },
      routes: [{ match: "/", service: "app" }],
    });
    relay.target = ring.gateway.bound[1]?.port ?? 0;
    expect((await ask(ring.port, "GET / HTTP/1.1\r\nhost: a\r\n\r\n")).status).toBe(508);
    expect(ring.finished).toHaveLength(2);
  });
});

describe("Via of a request", () => {
  it("that only has this gateway's name in another one, or in a comment, is no loop", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 204 No Content\r\n\r\n"),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    for (const via of [`1.1 ${gateway.instance}0`, `1.1 a-${gateway.instance}`, `1.1 b (not ${gateway.instance})`]) {
      const response = await ask(port, `GET / HTTP/1.1\r\nhost: a\r\nvia: ${via}\r\n\r\n`);
      expect(response.status, via).toBe(204);
      expect(endpoint.requests.at(-1)?.headers.get("via")).toBe(`${via}, 1.1 ${gateway.instance}`);
    }
    const looped = `1.1 b (c), 1.0 ${gateway.instance} (d), 1.1 e`;
    expect((await ask(port, `GET / HTTP/1.1\r\nhost: a\r\nvia: ${looped}\r\n\r\n`)).status).toBe(508);
  });
});
