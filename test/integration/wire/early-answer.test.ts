import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const HEAD = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1000\r\n\r\n";

describe("an answer that comes before the request is complete", () => {
  it("is passed on; then both connections end", async () => {
    const endpoint = await startWireEndpoint({ onHead: (_head, socket) => void socket.write(ok("no more")) });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`${HEAD}some of it`);
    const response = await client.response();
    expect([response.text, response.headers.get("connection")]).toEqual(["no more", "close"]);
    await until(() => client.ended && endpoint.open() === 0 && atRest(gateway));
  });

  it("leaves the connections alone if the rest comes before the answer's end", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (head, socket) =>
        void (head.method === "POST" && socket.write("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nbegin")),
      onRequest: (request, socket) =>
        void (request.method === "POST" ? socket.write("ended") : socket.write(ok("next"))),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(HEAD);
    await until(() => client.received().includes("begin"));
    client.send("x".repeat(1000));
    expect((await client.response()).text).toBe("beginended");
    await until(() => client.ended, "the client was promised an end");
    const other = await connectWire(port);
    other.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await other.response()).text).toBe("next");
    expect(endpoint.sockets).toHaveLength(1);
  });

  it("reaches a client that goes on sending: it can read it before it is cut off", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (_head, socket) => void socket.write(ok("that is enough")),
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 100000000\r\n\r\n");
    const piece = Buffer.alloc(256 * 1024);
    const timer = setInterval(() => client.socket.writableLength < 4e6 && !client.ended && client.send(piece), 1);
    const response = await client.response();
    expect(response.text).toBe("that is enough");
    await until(() => client.ended);
    clearInterval(timer);
    await until(() => gateway.connections === 0 && atRest(gateway), "the connection was kept");
    expect(client.error?.code).not.toBe("ECONNRESET");
  });

  it("is followed by the endpoint's end, which does not spoil it", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (_head, socket) => void socket.end(ok("no more", "connection: close\r\n")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    for (let i = 0; i < 5; i++) {
      const client = await connectWire(port);
      client.send(HEAD + "x".repeat(i * 50));
      expect((await client.response()).text).toBe("no more");
    }
  });
});
