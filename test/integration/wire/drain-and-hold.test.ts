import { describe, expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

describe("drain", () => {
  it("lets what is in flight finish, ends what is idle, and refuses what is new", async () => {
    let finish: () => void = () => {};
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => {
        if (request.target !== "/slow") return void socket.write(ok("quick"));
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 8\r\n\r\nsl");
        finish = () => void socket.write("ow-end");
      },
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const [busy, waiting, idle, fresh] = [
      await connectWire(port),
      await connectWire(port),
      await connectWire(port),
      await connectWire(port),
    ];
    idle.send(GET);
    await idle.response();
    busy.send(GET.replace("/", "/slow") + GET);
    await until(() => busy.received().includes("sl"));
    let drained: number | undefined;
    void gateway.drain(5_000).then((cut) => {
      drained = cut;
    });
    await until(() => idle.ended && fresh.ended && waiting.ended, "idle connections were kept");
    await expect(connectWire(port)).rejects.toThrow();
    expect(drained).toBeUndefined();
    finish();
    expect((await busy.response()).text).toBe("slow-end");
    await until(() => drained === 0, "it did not end");
    await until(() => gateway.connections === 0 && endpoint.open() === 0);
  });

  it("tells clients whose answers begin meanwhile that the connection ends", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void setTimeout(() => socket.write(ok("late")), 40),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(GET);
    await until(() => endpoint.requests.length === 1);
    const drained = gateway.drain(5_000);
    const response = await client.response();
    expect([response.text, response.headers.get("connection")]).toEqual(["late", "close"]);
    expect(await drained).toBe(0);
  });

  it("cuts what takes longer than it may, and says how many that were", async () => {
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const clients = [await connectWire(port), await connectWire(port)];
    for (const client of clients) client.send(GET);
    await until(() => endpoint.requests.length === 2);
    expect(await gateway.drain(100)).toBe(2);
    await until(() => clients.every((client) => client.closed || client.ended) && endpoint.open() === 0);
    await until(() => gateway.requestsInFlight === 0);
  });
});

describe("a service that is starting", () => {
  it("holds requests, their bodies too, until it is ready", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(ok(`${request.method} ${request.body.length}`)),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url], { hold: "5s" }));
    gateway.setStarting("app", true);
    const [get, post, large] = [await connectWire(port), await connectWire(port), await connectWire(port)];
    get.send(GET);
    post.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 5\r\n\r\nhello");
    large.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000000\r\n\r\n${"x".repeat(1_000_000)}`);
    await until(() => gateway.requestsInFlight === 3);
    expect(endpoint.sockets).toHaveLength(0);
    gateway.setStarting("app", false);
    expect((await get.response()).text).toBe("GET 0");
    expect((await post.response()).text).toBe("POST 5");
    expect((await large.response()).text).toBe("POST 1000000");
  });

  it("is given up after hold: 503 GW0309 with Retry-After", async () => {
    const endpoint = await startWireEndpoint();
    const { port, gateway, finished } = await startGateway(appConfig([endpoint.url], { hold: "200ms" }));
    gateway.setStarting("app", true);
    const client = await connectWire(port);
    client.send(GET);
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([503, "GW0309"]);
    expect(response.headers.has("retry-after")).toBe(true);
    expect(endpoint.sockets).toHaveLength(0);
    expect(finished).toMatchObject([{ status: 503, attempts: 0 }]);
    await until(() => gateway.requestsInFlight === 0);
  });

  it("that becomes ready while its last endpoint refuses answers as any other", async () => {
    const endpoint = await startWireEndpoint();
    await endpoint.kill();
    const { port, gateway } = await startGateway(appConfig([endpoint.url], { hold: "5s" }));
    gateway.setStarting("app", true);
    const client = await connectWire(port);
    client.send(GET);
    await until(() => gateway.requestsInFlight === 1);
    gateway.setStarting("app", false);
    expect((await client.response()).status).toBe(502);
  });
});
