import { createServer as createHttp, type RequestListener, Server as HttpServer } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import { createServer as createHttps } from "node:https";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { decodeProxyHeader } from "../../../src/shared/proxy-protocol/decode.ts";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import type { ProxyAddresses } from "../../../src/shared/proxy-protocol/proxy-addresses.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startAuthority } from "../endpoint-tls/secure-endpoint.ts";

interface ProxiedEndpoint {
  readonly port: number;
  /** What each connection began with; "malformed" where that was no header. */
  readonly headers: (ProxyAddresses | undefined | "malformed")[];
}

/** An endpoint that expects a PROXY protocol header in front of whatever `inner` speaks. */
async function startProxied(inner: { emit(event: "connection", socket: Socket): unknown }): Promise<ProxiedEndpoint> {
  const headers: ProxiedEndpoint["headers"] = [];
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    let bytes = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const decoding = decodeProxyHeader(bytes);
      if (decoding.state === "incomplete") return;
      headers.push(decoding.state === "complete" ? decoding.addresses : "malformed");
      if (decoding.state === "malformed") return void socket.destroy();
      socket.off("data", onData);
      socket.pause();
      if (bytes.length > decoding.length) socket.unshift(bytes.subarray(decoding.length));
      inner.emit("connection", socket);
      // TLS and HTTP/2 read what there is themselves; HTTP/1.1 waits for it to flow.
      if (inner instanceof HttpServer) socket.resume();
    };
    socket.on("data", onData);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return { port: (server.address() as AddressInfo).port, headers };
}

const answer: RequestListener = (_request, response) => response.end("ok");

/** Three requests on one connection. */
async function askThrice(port: number): Promise<void> {
  const client = await connectWire(port);
  for (let i = 0; i < 3; i++) {
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).text).toBe("ok");
  }
}

describe.each(["v1", "v2"])("with proxyProtocol: %s", (proxyProtocol) => {
  it("an endpoint learns both ends of each client's connection, once for all of its requests", async () => {
    const endpoint = await startProxied(createHttp(answer));
    const { port, gateway } = await startGateway(appConfig([`http://127.0.0.1:${endpoint.port}`], { proxyProtocol }));
    const clients = [await connectWire(port), await connectWire(port)];
    for (let round = 0; round < 3; round++) {
      for (const client of clients) {
        client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
        expect((await client.response()).text).toBe("ok");
      }
    }
    const expected = clients.map(({ socket }) => ({
      sourceIp: "127.0.0.1",
      sourcePort: socket.localPort,
      destinationIp: "127.0.0.1",
      destinationPort: port,
    }));
    expect(endpoint.headers).toEqual(expected);
    await until(() => atRest(gateway));
  });

  it("is in front of TLS", async () => {
    const { own, baseDirectory } = await startAuthority();
    const endpoint = await startProxied(createHttps(own, answer));
    const service = { proxyProtocol, tls: { ca: "ca.pem" } };
    const config = appConfig([`https://127.0.0.1:${endpoint.port}`], service);
    await askThrice((await startGateway(config, { baseDirectory })).port);
    expect(endpoint.headers).toHaveLength(1);
    expect(endpoint.headers[0]).toMatchObject({ sourceIp: "127.0.0.1" });
  });

  it("is in front of HTTP/2", async () => {
    const inner = createHttp2((_request, response) => response.end("ok"));
    const endpoint = await startProxied(inner);
    const service = { proxyProtocol, http2: true };
    await askThrice((await startGateway(appConfig([`http://127.0.0.1:${endpoint.port}`], service))).port);
    expect(endpoint.headers).toHaveLength(1);
  });

  it("is in front of a WebSocket", async () => {
    const inner = createHttp();
    const sockets = new WebSocketServer({ server: inner });
    sockets.on("connection", (socket) => socket.on("message", (data: Buffer) => socket.send(data.toString("utf8"))));
    const endpoint = await startProxied(inner);
    const { port } = await startGateway(appConfig([`http://127.0.0.1:${endpoint.port}`], { proxyProtocol }));
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    onTestFinished(() => client.terminate());
    await new Promise((resolve, reject) => {
      client.once("open", resolve);
      client.once("error", reject);
    });
    client.send("hello");
    const echoed = await new Promise((resolve) =>
      client.once("message", (data: Buffer) => resolve(data.toString("utf8"))),
    );
    expect([echoed, endpoint.headers.length]).toEqual(["hello", 1]);
    expect(endpoint.headers[0]).toMatchObject({ sourceIp: "127.0.0.1", destinationPort: port });
  });

  it.each<[what: string, health: object, service: object]>([
    ["HTTP/1.1", { path: "/" }, {}],
    ["HTTP/2", { path: "/" }, { http2: true }],
  ])("health checks in %s have a header that names no client", async (_, health, service) => {
    const inner =
      "http2" in service
        ? createHttp2((_request, response) => response.end())
        : createHttp((_request, response) => void response.end());
    const endpoint = await startProxied(inner);
    const changes: string[] = [];
    await startGateway(
      appConfig([`http://127.0.0.1:${endpoint.port}`], {
        proxyProtocol,
        ...service,
        health: { ...health, interval: "20ms" },
      }),
      { onHealthChange: ({ to }) => changes.push(to) },
    );
    await until(() => endpoint.headers.length >= 3);
    expect([changes, endpoint.headers[0]]).toEqual([["healthy"], undefined]);
  });
});

it("a client behind a trusted proxy is named, without a port that is not its own", async () => {
  const endpoint = await startProxied(createHttp(answer));
  const config = appConfig(
    [`http://127.0.0.1:${endpoint.port}`],
    { proxyProtocol: "v2" },
    { trustedProxies: ["127.0.0.1"] },
  );
  const { port } = await startGateway(config);
  const client = await connectWire(port);
  for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) {
    client.send(`GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: ${ip}\r\n\r\n`);
    expect((await client.response()).status).toBe(200);
  }
  // Three requests of two clients over one connection of the proxy: a connection for each of the clients.
  expect(endpoint.headers).toMatchObject([
    { sourceIp: "192.0.2.1", sourcePort: 0 },
    { sourceIp: "192.0.2.2", sourcePort: 0 },
  ]);
});

it("a client that a PROXY protocol header in front of the gateway names, is named to the endpoint", async () => {
  const endpoint = await startProxied(createHttp(answer));
  const { port } = await startGateway({
    ...appConfig([`http://127.0.0.1:${endpoint.port}`], { proxyProtocol: "v2" }, { trustedProxies: ["127.0.0.1"] }),
    listeners: [{ http: 0, proxyProtocol: true }],
  });
  const client = await connectWire(port);
  const addresses = { sourceIp: "203.0.113.7", sourcePort: 4711, destinationIp: "198.51.100.1", destinationPort: 80 };
  client.send(proxyHeader(2, addresses));
  client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  expect((await client.response()).status).toBe(200);
  expect(endpoint.headers[0]).toMatchObject({ sourceIp: "203.0.113.7", destinationPort: 80 });
});
