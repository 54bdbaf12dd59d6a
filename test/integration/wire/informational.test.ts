import { describe, expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { until } from "../../helpers/eventually.ts";

const expecting = (length: number): string =>
  `PUT / HTTP/1.1\r\nhost: a\r\nexpect: 100-continue\r\ncontent-length: ${length}\r\n\r\n`;

describe("100-continue", () => {
  it("is asked of the endpoint, whose word lets the client go on", async () => {
    const order: string[] = [];
    const endpoint = await startWireEndpoint({
      onHead: (head, socket) => {
        order.push(`expects ${head.headers.get("expect")}`);
        setTimeout(() => {
          order.push("continue");
          socket.write("HTTP/1.1 100 Continue\r\n\r\n");
        }, 20);
      },
      onRequest: (request, socket) => {
        order.push("body");
        socket.write(ok(request.text));
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(expecting(5));
    expect((await client.informational()).status).toBe(100);
    client.send("hello");
    expect((await client.response()).text).toBe("hello");
    expect(order).toEqual(["expects 100-continue", "continue", "body"]);
  });

  it("may be refused: the answer comes before the body was sent, and the connection ends", async () => {
    const endpoint = await startWireEndpoint({
      onHead: (_head, socket) => void socket.write("HTTP/1.1 417 No\r\ncontent-length: 2\r\n\r\nno"),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(expecting(5));
    const response = await client.response();
    expect([response.status, response.text, response.headers.get("connection")]).toEqual([417, "no", "close"]);
    await until(() => endpoint.open() === 0, "the connection to the endpoint was kept");
  });

  it("is not needed by a client that does not wait for it", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (request, socket) => void socket.write(`HTTP/1.1 100 Continue\r\n\r\n${ok(request.text)}`),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`${expecting(5)}hello`);
    expect((await client.response()).text).toBe("hello");
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).status).toBe(200);
  });

  it("with another expectation is refused", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("PUT / HTTP/1.1\r\nhost: a\r\nexpect: the-worst\r\ncontent-length: 1\r\n\r\n");
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([417, "GW0212"]);
    expect(endpoint.requests).toHaveLength(0);
  });
});

describe("103 Early Hints", () => {
  const hints = "HTTP/1.1 103 Early Hints\r\nlink: </a.css>; rel=preload\r\n\r\n";
  const withHints = () =>
    startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(hints + hints);
        setTimeout(() => socket.write(ok("page")), 20);
      },
    });

  it("are passed on at once, each of them", async () => {
    const endpoint = await withHints();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    for (let i = 0; i < 2; i++) {
      const early = await client.informational();
      expect([early.status, early.headers.get("link")]).toEqual([103, "</a.css>; rel=preload"]);
    }
    expect(client.received()).toHaveLength(0);
    expect((await client.response()).text).toBe("page");
  });

  it("are kept from clients of HTTP/1.0", async () => {
    const endpoint = await withHints();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("GET / HTTP/1.0\r\nhost: a\r\n\r\n");
    await until(() => client.ended);
    expect(client.received().toString()).toMatch(/^HTTP\/1\.1 200 OK/);
  });

  it("without end do not keep the endpoint's answer from being due", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        const timer = setInterval(() => socket.write(hints), 20);
        socket.once("close", () => clearInterval(timer));
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "300ms" } }));
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).status).toBe(504);
  });
});
