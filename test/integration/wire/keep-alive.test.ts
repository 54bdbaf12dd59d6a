import { describe, expect, it } from "vitest";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { pause, until } from "../../helpers/eventually.ts";

const get = (path: string, fields = ""): string => `GET ${path} HTTP/1.1\r\nhost: a\r\n${fields}\r\n`;
const post = (path: string, body: string): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const chunked = (path: string, ...parts: string[]): string =>
  `POST ${path} HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n${parts
    .map((part) => `${part.length.toString(16)}\r\n${part}\r\n`)
    .join("")}0\r\n\r\n`;

/** Answers with method, target and body of what it was asked. */
const echo = {
  onRequest: (request: { method: string; target: string; text: string }, socket: { write(text: string): unknown }) =>
    void socket.write(ok(`${request.method} ${request.target} ${request.text}`)),
};

describe("a kept connection", () => {
  it("carries requests one after the other, on one connection behind", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 20; i++) {
      client.send(i % 3 === 0 ? get(`/${i}`) : i % 3 === 1 ? post(`/${i}`, "body") : chunked(`/${i}`, "in ", "chunks"));
      const { text, headers } = await client.response();
      expect(text).toContain(` /${i} `);
      expect(headers.has("connection")).toBe(false);
    }
    expect(endpoint.sockets).toHaveLength(1);
    expect(endpoint.requests[2]?.text).toBe("in chunks");
    expect(inUse(gateway)).toMatchObject({ requests: 0 });
  });

  it("ends after the answer if the client says close, in whatever letters", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url]));
    for (const fields of ["connection: close\r\n", "Connection: x-a, Close\r\n"]) {
      const client = await connectWire(port);
      client.send(get("/", fields));
      expect((await client.response()).headers.get("connection")).toBe("close");
      await until(() => client.ended, "the connection did not end");
    }
    // That is between this client and the gateway: behind it the connection stays.
    expect(endpoint.sockets).toHaveLength(1);
    expect(endpoint.requests.map(({ headers }) => headers.get("connection"))).toEqual([undefined, undefined]);
  });

  it("ends when nothing is asked for limits.keepAliveTimeout, and not before", async () => {
    const endpoint = await startWireEndpoint(echo);
    const config = appConfig([endpoint.url], {}, { limits: { keepAliveTimeout: "300ms" } });
    const { port, gateway } = await startGateway(config);
    const client = await connectWire(port);
    client.send(get("/"));
    await client.response();
    await pause(50);
    client.send(get("/"));
    await client.response();
    await until(() => client.ended, "it was kept");
    await until(() => gateway.connections === 0);
  });
});

describe("pipelined requests", () => {
  it("are answered in order, however many come in one write", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    const count = 300;
    client.send(Array.from({ length: count }, (_, i) => (i % 2 ? post(`/${i}`, `body ${i}`) : get(`/${i}`))).join(""));
    for (let i = 0; i < count; i++) {
      expect((await client.response()).text).toBe(i % 2 ? `POST /${i} body ${i}` : `GET /${i} `);
    }
    expect(finished).toHaveLength(count);
  });

  it("are answered in order by several endpoints of different speed", async () => {
    const slow = await startWireEndpoint({
      onRequest: (request, socket) => void setTimeout(() => socket.write(ok(`slow ${request.target}`)), 15),
    });
    const fast = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(ok(`fast ${request.target}`)),
    });
    const { port } = await startGateway(appConfig([slow.url, fast.url]));
    const client = await connectWire(port);
    client.send([0, 1, 2, 3, 4, 5].map((i) => get(`/${i}`)).join(""));
    for (let i = 0; i < 6; i++) expect((await client.response()).text).toBe(`${i % 2 ? "fast" : "slow"} /${i}`);
  });

  it("may be more than is taken while one is being answered", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void setTimeout(() => socket.write(ok(String(request.text.length))), 2),
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    const bodies = [10, 100_000, 20, 250_000, 30, 5, 90_000];
    client.send(bodies.map((length) => post("/", "x".repeat(length))).join(""));
    for (const length of bodies) expect((await client.response()).text).toBe(String(length));
    await until(() => atRest(gateway));
  });

  it("may be cut anywhere, even octet by octet", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    const text = get("/1") + chunked("/2", "abc", "de") + post("/3", "xyz") + get("/4");
    for (const octet of text) {
      client.send(octet);
      await new Promise(setImmediate);
    }
    const expected = ["GET /1 ", "POST /2 abcde", "POST /3 xyz", "GET /4 "];
    for (const answer of expected) expect((await client.response()).text).toBe(answer);
  });

  it("behind one that ends the connection are not read", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(get("/1", "connection: close\r\n") + get("/2"));
    expect((await client.response()).text).toBe("GET /1 ");
    await until(() => client.ended);
    expect(client.received()).toHaveLength(0);
    expect(endpoint.requests).toHaveLength(1);
  });

  it("are answered by the gateway itself in their turn", async () => {
    const endpoint = await startWireEndpoint(echo);
    const config = appConfig([endpoint.url], {}, { routes: [{ match: "/app", service: "app" }] });
    const { port } = await startGateway(config);
    const client = await connectWire(port);
    client.send(get("/nowhere") + get("/app/1") + get("/nowhere") + get("/app/2"));
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) statuses.push((await client.response()).status);
    expect(statuses).toEqual([404, 200, 404, 200]);
  });
});

describe("answers without a body", () => {
  it("to HEAD keep their length field, and the connection", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) =>
        void socket.write(request.method === "HEAD" ? "HTTP/1.1 200 OK\r\ncontent-length: 12345\r\n\r\n" : ok("got")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`HEAD / HTTP/1.1\r\nhost: a\r\n\r\n${get("/")}`);
    const head = await client.response("HEAD");
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "12345"]);
    expect((await client.response()).text).toBe("got");
    expect(endpoint.sockets).toHaveLength(1);
  });

  it("to HEAD may speak of chunks or of nothing", async () => {
    const heads = ["transfer-encoding: chunked\r\n", ""];
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) =>
        void socket.write(request.method === "HEAD" ? `HTTP/1.1 200 OK\r\n${heads.shift()}\r\n` : ok("got")),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send(`HEAD / HTTP/1.1\r\nhost: a\r\n\r\n${get("/")}`);
      expect((await client.response("HEAD")).status).toBe(200);
      expect((await client.response()).text).toBe("got");
    }
  });

  it("of the gateway's own to HEAD have none either", async () => {
    const { port } = await startGateway({ routes: [{ match: "/a", respond: { status: 200, body: "hello" } }] });
    const client = await connectWire(port);
    client.send(`HEAD /a HTTP/1.1\r\nhost: a\r\n\r\nHEAD /b HTTP/1.1\r\nhost: a\r\n\r\n${get("/a")}`);
    const first = await client.response("HEAD");
    expect([first.status, first.headers.get("content-length")]).toEqual([200, "5"]);
    expect((await client.response("HEAD")).status).toBe(404);
    expect((await client.response()).text).toBe("hello");
  });

  it.each([
    [204, "HTTP/1.1 204 No Content\r\n\r\n", undefined],
    [204, "HTTP/1.1 204 No Content\r\ncontent-length: 0\r\n\r\n", undefined],
    [304, 'HTTP/1.1 304 Not Modified\r\netag: "x"\r\ncontent-length: 777\r\n\r\n', "777"],
  ])("with status %i keep the connection: %j", async (status, answer, length) => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(answer) });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(get("/") + get("/"));
    for (let i = 0; i < 2; i++) {
      const response = await client.response();
      expect([response.status, response.headers.get("content-length")]).toEqual([status, length]);
      expect(response.headers.has("transfer-encoding")).toBe(false);
    }
    expect(endpoint.sockets).toHaveLength(1);
  });
});
