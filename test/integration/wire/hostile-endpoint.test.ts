import { describe, expect, it } from "vitest";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\n\r\nx";

describe("an endpoint's answer that is not HTTP/1.1", () => {
  it.each([
    ["junk", "SSH-2.0-OpenSSH_9.2\r\n"],
    ["junk without an end of line", "\0\u0001\u0002".repeat(10)],
    ["a head over 64 KiB", `HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(70_000)}\r\n\r\n`],
    ["a head without an end", `HTTP/1.1 200 OK\r\n${"x-a: b\r\n".repeat(20_000)}`],
    ["101 unasked", "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\n\r\n"],
    ["both framings", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\ncontent-length: 5\r\ncontent-length: 5\r\n\r\nhello"],
    ["a length that is none", "HTTP/1.1 200 OK\r\ncontent-length: +5\r\n\r\nhello"],
    ["a folded field", "HTTP/1.1 200 OK\r\nx-a: b\r\n c\r\ncontent-length: 0\r\n\r\n"],
    ["a bare LF", "HTTP/1.1 200 OK\ncontent-length: 0\n\n"],
    ["HTTP/2", "HTTP/2 200\r\ncontent-length: 0\r\n\r\n"],
    ["status 999", "HTTP/1.1 999 X\r\ncontent-length: 0\r\n\r\n"],
  ])("becomes 502, and its connection is not used again: %s", async (_name, answer) => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(request.connection === 0 ? answer : ok("fine")),
    });
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(POST);
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([502, "GW0306"]);
    client.send(GET);
    expect((await client.response()).text).toBe("fine");
    expect(endpoint.requests.map(({ connection }) => connection)).toEqual([0, 1]);
    expect(finished[0]).toMatchObject({ attempts: 1 });
    await until(() => atRest(gateway) && endpoint.open() === 1);
  });

  it("in the middle of its chunks is cut", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n");
        setTimeout(() => socket.write("zz\r\nno chunk"), 10);
      },
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(GET);
    await until(() => client.closed || client.ended);
    expect(client.received().toString()).toMatch(/5\r\nhello\r\n$/);
    await until(() => atRest(gateway) && endpoint.open() === 0);
  });

  it("that speaks before it was asked is not believed", async () => {
    const endpoint = await startWireEndpoint({
      onConnection: (socket, connection) => void (connection === 0 && socket.write(ok("too early"))),
      onRequest: (request, socket) => void socket.write(ok(`answer to ${request.target}`)),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    // The first answer cannot be told from a very quick one; what comes behind it can.
    client.send(GET);
    await client.response();
    client.send("GET /mine HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).text).toBe("answer to /mine");
  });
});

describe("octets behind an answer", () => {
  const EVIL = ok("evil");

  it.each([
    ["a length", "HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\ngood"],
    ["chunks", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\ngood\r\n0\r\n\r\n"],
    ["no body", "HTTP/1.1 204 No Content\r\n\r\n"],
    ["304", "HTTP/1.1 304 Not Modified\r\n\r\n"],
  ])("never reach the next exchange: behind %s", async (_name, answer) => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(request.nth === 0 ? answer + EVIL : ok("never")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(GET + GET + GET);
    for (let i = 0; i < 3; i++) expect((await client.response()).text).not.toMatch(/evil|never/);
    expect(endpoint.requests.map(({ connection, nth }) => [connection, nth])).toEqual([
      [0, 0],
      [1, 0],
      [2, 0],
    ]);
  });

  it("that come while the connection is idle end it", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => {
        socket.write(ok(`connection ${request.connection}`));
        setTimeout(() => socket.write(EVIL), 15);
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(GET);
    expect((await client.response()).text).toBe("connection 0");
    await until(() => endpoint.open() === 0, "the connection was kept");
    client.send(GET);
    expect((await client.response()).text).toBe("connection 1");
  });

  it("as a body to HEAD are not taken for the next answer", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(request.nth === 0 ? ok("body to HEAD") : ok("never")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`HEAD / HTTP/1.1\r\nhost: a\r\n\r\nHEAD / HTTP/1.1\r\nhost: a\r\n\r\n`);
    for (let i = 0; i < 2; i++) expect((await client.response("HEAD")).headers.get("content-length")).toBe("12");
    expect(client.received()).toHaveLength(0);
    expect(endpoint.sockets).toHaveLength(2);
  });
});
