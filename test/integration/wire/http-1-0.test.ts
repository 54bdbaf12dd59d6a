import { describe, expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireEndpoint } from "../../helpers/wire-endpoint.ts";

const CHUNKED =
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nx-sum: 1\r\n\r\n";
const KEEP = "GET / HTTP/1.0\r\nhost: a\r\nconnection: keep-alive\r\n\r\n";

const answering = (answer: string): Promise<WireEndpoint> =>
  startWireEndpoint({ onRequest: (_request, socket) => void socket.write(answer) });

describe("a client of HTTP/1.0", () => {
  it("is answered, and the connection ended; the endpoint is spoken to in 1.1", async () => {
    const endpoint = await answering(ok("hello"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("GET /x HTTP/1.0\r\n\r\n");
    await until(() => client.ended);
    expect((await client.response()).text).toBe("hello");
    expect(endpoint.requests[0]?.startLine).toBe("GET /x HTTP/1.1");
    expect(endpoint.requests[0]?.headers.get("host")).toBe(`127.0.0.1:${endpoint.port}`);
  });

  it("keeps the connection if it says so and the answer has a length", async () => {
    const endpoint = await answering(ok("hello"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 3; i++) {
      client.send(KEEP);
      const response = await client.response();
      expect([response.text, response.headers.get("connection")]).toEqual(["hello", "keep-alive"]);
    }
  });

  it("gets a chunked answer without its framing, ended by the connection's end", async () => {
    const endpoint = await answering(CHUNKED);
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(KEEP);
    await until(() => client.ended, "the end was not told");
    const response = await client.response();
    expect(response.text).toBe("hello world");
    expect(response.headers.has("transfer-encoding")).toBe(false);
    expect(response.headers.get("connection")).toBe("close");
    // Whatever this client can do, the connection behind stays.
    expect(endpoint.open()).toBe(1);
  });

  it("keeps the connection for the gateway's own answers too", async () => {
    const { port } = await startGateway({ routes: [{ match: "/", respond: { status: 200, body: "own" } }] });
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send(KEEP);
      expect((await client.response()).text).toBe("own");
    }
  });

  it("may not send chunks", async () => {
    const endpoint = await answering(ok("hello"));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n");
    expect((await client.response()).status).toBe(400);
  });
});

describe("an answer that ends with the endpoint's connection", () => {
  it.each([
    ["HTTP/1.1 200 OK\r\n\r\n", "1.1"],
    ["HTTP/1.0 200 OK\r\nx-a: b\r\n\r\n", "1.0"],
  ])("gets chunks for a client of HTTP/1.1, whose connection stays: %j", async (head) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(`${head}hello`);
        setTimeout(() => socket.end(" world"), 10);
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 2; i++) {
      client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      const response = await client.response();
      expect([response.startLine, response.text]).toEqual(["HTTP/1.1 200 OK", "hello world"]);
      expect(response.headers.get("transfer-encoding")).toBe("chunked");
    }
    expect(endpoint.sockets).toHaveLength(2);
  });

  it("may be empty", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.end("HTTP/1.1 200 OK\r\n\r\n"),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).text).toBe("");
  });

  it("of HTTP/1.0 with keep-alive and a length leaves the connection to be used again", async () => {
    const endpoint = await answering("HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok");
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    for (let i = 0; i < 3; i++) {
      client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
      expect((await client.response()).text).toBe("ok");
    }
    expect(endpoint.sockets).toHaveLength(1);
  });
});
