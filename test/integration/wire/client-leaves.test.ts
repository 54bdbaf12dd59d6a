import type { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { appConfig, atRest, inUse, startGateway, type TestGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire, type WireClient } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const UPLOAD = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000\r\n\r\nbegin";

/** How a client goes: its kernel says FIN, or RST. */
const WAYS: [string, (socket: Socket) => unknown][] = [
  ["ends", (socket) => socket.destroy()],
  ["resets", (socket) => socket.resetAndDestroy()],
];

/** Before any of the gateway's own deadlines, which would end it, too. */
const SOON_MS = 4_500;

async function goneSoon(test: TestGateway, endpoint: WireEndpoint): Promise<void> {
  const { gateway } = test;
  await until(() => endpoint.open() === 0, "the endpoint was not told", SOON_MS);
  await until(
    () => atRest(gateway) && gateway.connections === 0,
    () => JSON.stringify(inUse(gateway)),
    SOON_MS,
  );
  for (const { attached } of gateway.service("app").upstream.endpoints) expect(attached.size).toBe(0);
}

describe.each(WAYS)("a client that %s its connection", (_way, leave) => {
  const run = async (
    behaviour: Parameters<typeof startWireEndpoint>[0],
    request: string,
    ready: (endpoint: WireEndpoint, client: WireClient) => unknown,
  ): Promise<TestGateway> => {
    const endpoint = await startWireEndpoint(behaviour);
    const test = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(test.port);
    client.send(request);
    await until(() => ready(endpoint, client));
    leave(client.socket);
    await goneSoon(test, endpoint);
    return test;
  };

  it("in the middle of a head leaves nothing", async () => {
    const test = await startGateway(appConfig(["http://127.0.0.1:1"]));
    const client = await connectWire(test.port);
    client.send("GET / HTTP/1.1\r\nhos");
    await until(() => test.gateway.connections === 1);
    leave(client.socket);
    await until(() => test.gateway.connections === 0);
    expect(test.finished).toHaveLength(0);
  });

  it("while the endpoint thinks leaves nothing", async () => {
    const test = await run({}, GET, (endpoint) => endpoint.requests.length === 1);
    expect(test.finished).toMatchObject([{ status: 499, attempts: 1 }]);
  });

  it("in the middle of its upload leaves nothing", async () => {
    const test = await run({}, UPLOAD, (endpoint) => endpoint.sockets[0]?.bytesRead);
    expect(test.finished).toMatchObject([{ status: 499 }]);
  });

  it("in the middle of its upload, with an answer under way, leaves nothing", async () => {
    const onHead = (_head: unknown, socket: Socket): void =>
      void socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\npart");
    const test = await run({ onHead }, UPLOAD, (_endpoint, client) => client.received().includes("part"));
    expect(test.finished).toMatchObject([{ status: 200 }]);
  });

  it("in the middle of a download leaves nothing", async () => {
    let timer: NodeJS.Timeout | undefined;
    const onRequest = (_request: unknown, socket: Socket): void => {
      socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n");
      timer = setInterval(() => socket.writableLength < 1e6 && socket.write(Buffer.alloc(100_000)), 1);
    };
    await run({ onRequest }, GET, (_endpoint, client) => client.received().length > 300_000);
    clearInterval(timer);
  });

  it("while a download stands still leaves nothing", async () => {
    const onRequest = (_request: unknown, socket: Socket): void =>
      void socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\npart\r\n");
    await run({ onRequest }, GET, (_endpoint, client) => client.received().includes("part"));
  });

  it("with more requests behind leaves nothing", async () => {
    const test = await run({}, GET.repeat(10), (endpoint) => endpoint.requests.length === 1);
    expect(test.finished).toHaveLength(1);
  });

  it("while its request waits for a service that starts leaves nothing", async () => {
    const test = await startGateway(appConfig(["http://127.0.0.1:1"], { hold: "5s" }));
    test.gateway.setStarting("app", true);
    const client = await connectWire(test.port);
    client.send(GET);
    await until(() => test.gateway.requestsInFlight === 1);
    leave(client.socket);
    await until(() => test.gateway.requestsInFlight === 0 && test.gateway.connections === 0, "left", SOON_MS);
  });
});

describe("a client that only half-closes", () => {
  it.each([
    ["at once", 0],
    ["after a while", 1_000],
  ])("still gets its answer, %s", async (_name, delay) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void setTimeout(() => socket.write(ok("here")), delay),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.socket.end(GET);
    const response = await client.response();
    expect([response.status, response.text]).toEqual([200, "here"]);
    await until(() => client.ended && gateway.connections === 0);
  });

  it("gets all the answers if it asked for several", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void setTimeout(() => socket.write(ok(request.target)), 5),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.socket.end(["/1", "/2", "/3"].map((path) => GET.replace("/", path)).join(""));
    for (const path of ["/1", "/2", "/3"]) expect((await client.response()).text).toBe(path);
    await until(() => client.ended && gateway.connections === 0);
  });

  it("gets the whole of a download, however slowly it reads", async () => {
    const size = 3_000_000;
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
        socket.write(Buffer.alloc(size));
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.socket.pause();
    client.socket.end(GET);
    const began = performance.now();
    await until(() => performance.now() - began > 1_000);
    client.socket.resume();
    expect((await client.response()).body).toHaveLength(size);
  });

  it("in the middle of its request has gone", async () => {
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.socket.end(UPLOAD);
    await until(() => client.closed || client.ended);
    await until(() => atRest(gateway) && endpoint.open() === 0);
  });
});
