import { describe, expect, it } from "vitest";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireBehaviour } from "../../helpers/wire-endpoint.ts";

const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const expecting = (version = "1.1", expectation = "100-continue"): string =>
  `PUT / HTTP/${version}\r\nhost: a\r\nexpect: ${expectation}\r\ncontent-length: 5\r\n\r\n`;
/** Says 100 as soon as the head is there, and answers with the body. */
const echo: WireBehaviour = {
  onHead: ({ headers }, socket) => {
    if (headers.has("expect")) socket.write(CONTINUE);
  },
  onRequest: ({ text }, socket) => void socket.write(ok(text)),
};

describe("Expect: 100-continue", () => {
  it("does without the endpoint's word: the body goes on when the client has waited long enough", async () => {
    const endpoint = await startWireEndpoint({ onRequest: ({ text }, socket) => void socket.write(ok(text)) });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(expecting());
    await until(() => endpoint.sockets.length === 1);
    await pause(50);
    // Nobody but the endpoint says it: the gateway makes no 100 of its own.
    expect(client.received()).toHaveLength(0);
    client.send("hello");
    expect((await client.response()).text).toBe("hello");
    client.send(expecting());
    client.send("again");
    expect((await client.response()).text).toBe("again");
  });

  it("is nothing to wait for in HTTP/1.0: a body that does not come is late", async () => {
    const endpoint = await startWireEndpoint(echo);
    const limits = { limits: { bodyTimeout: "100ms" } };
    const { port } = await startGateway(appConfig([endpoint.url], {}, limits));
    const client = await connectWire(port);
    client.send(expecting("1.0"));
    expect((await client.response()).status).toBe(408);
  });

  it.each([401, 403, 413, 417, 307])(
    "passes on a %d that comes instead, and ends both connections: the body may follow or not",
    async (status) => {
      const endpoint = await startWireEndpoint({
        onHead: (_head, socket) => void socket.write(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\nno`),
      });
      const { port, gateway } = await startGateway(appConfig([endpoint.url]));
      const client = await connectWire(port);
      client.send(expecting());
      const response = await client.response();
      expect([response.status, response.text, response.headers.get("connection")]).toEqual([status, "no", "close"]);
      // A client that sends its body all the same has the answer, and no reset takes it away.
      client.send("hello");
      await until(() => client.ended && endpoint.open() === 0);
      expect(client.error).toBeUndefined();
      expect(endpoint.requests).toHaveLength(0);
      await until(() => atRest(gateway));
    },
  );

  it("ends the connection behind the gateway's own answer, too", async () => {
    const { port } = await startGateway(appConfig(["http://127.0.0.1:1"]));
    const client = await connectWire(port);
    client.send(expecting());
    const response = await client.response();
    expect([response.status, response.headers.get("connection")]).toEqual([502, "close"]);
    await until(() => client.ended);
  });

  it("refuses a body that is too large before anybody is asked for it", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyBytes: "4B" } }));
    const client = await connectWire(port);
    client.send(expecting());
    expect((await client.response()).status).toBe(413);
    expect(client.received()).toHaveLength(0);
    expect(endpoint.sockets).toHaveLength(0);
  });

  it("asks another endpoint where the first one cannot be reached", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port, finished } = await startGateway(appConfig(["http://127.0.0.1:1", endpoint.url]));
    for (let i = 0; i < 2; i++) {
      const client = await connectWire(port);
      client.send(expecting());
      expect((await client.informational()).status).toBe(100);
      client.send("hello");
      expect((await client.response()).text).toBe("hello");
    }
    expect(finished.some(({ attempts }) => attempts === 2)).toBe(true);
  });

  it("asks another endpoint where the first one is gone before it has said anything", async () => {
    const gone = await startWireEndpoint({ onHead: (_head, socket) => void socket.resetAndDestroy() });
    const endpoint = await startWireEndpoint(echo);
    const { port, gateway } = await startGateway(appConfig([gone.url, endpoint.url]));
    for (let i = 0; i < 2; i++) {
      const client = await connectWire(port);
      client.send(expecting());
      expect((await client.informational()).status).toBe(100);
      client.send("hello");
      expect((await client.response()).text).toBe("hello");
    }
    expect(gone.sockets.length).toBeGreaterThan(0);
    expect(endpoint.requests.map(({ headers }) => headers.get("expect"))).toEqual(["100-continue", "100-continue"]);
    await until(() => atRest(gateway));
  });

  it("means nothing in HTTP/1.0: the endpoint is not asked, and the client gets no 100", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url]));
    for (const expectation of ["100-continue", "the-worst"]) {
      const client = await connectWire(port);
      client.send(`${expecting("1.0", expectation)}hello`);
      await until(() => client.ended);
      expect(client.received().toString()).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nhello$/);
    }
    expect(endpoint.requests.map(({ headers }) => headers.has("expect"))).toEqual([false, false]);
  });

  it.each([
    ["100-Continue", 200],
    ["100-continue, 100-continue", 200],
    ["100-continue,", 200],
    ["200-ok", 417],
    ["100-continue, 200-ok", 417],
    ["100-continue\r\nexpect: 200-ok", 417],
    ['100-continue="x"', 417],
    ["100-continue;q=1", 417],
  ])("with %j: %d", async (expectation, status) => {
    const endpoint = await startWireEndpoint(echo);
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`${expecting("1.1", expectation)}hello`);
    expect((await client.response()).status).toBe(status);
    expect(endpoint.requests).toHaveLength(status === 200 ? 1 : 0);
  });

  it("does not keep a client from being cut that never sends its body", async () => {
    const endpoint = await startWireEndpoint(echo);
    const { port, gateway } = await startGateway(appConfig([endpoint.url], {}, { limits: { bodyTimeout: "300ms" } }));
    const client = await connectWire(port);
    client.send(expecting());
    expect((await client.informational()).status).toBe(100);
    expect((await client.response()).status).toBe(408);
    await until(() => client.ended && endpoint.open() === 0 && atRest(gateway));
  });

  it("gives an endpoint that says nothing its own time, not the client's", async () => {
    const endpoint = await startWireEndpoint();
    const config = appConfig([endpoint.url], { timeouts: { request: "600ms" } }, { limits: { bodyTimeout: "200ms" } });
    const { port, finished } = await startGateway(config);
    const client = await connectWire(port);
    client.send(expecting());
    expect((await client.response()).status).toBe(504);
    expect(finished[0]?.code).toBe("GW0304");
  });
});
