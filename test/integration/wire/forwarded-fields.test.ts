import { describe, expect, it } from "vitest";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireRequest } from "../../helpers/wire-endpoint.ts";

interface Seen {
  readonly request: WireRequest;
  readonly port: number;
  readonly response: ReadonlyMap<string, string>;
}

/** What an endpoint gets of a request with these field lines. */
async function pass(lines: string, extra: Record<string, unknown> = {}, target = "/x?y=z"): Promise<Seen> {
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) =>
      void socket.write(
        ok("", "x-a: b\r\nx-gone: 1\r\nconnection: x-gone\r\nproxy-authenticate: Basic\r\nupgrade: h2c\r\n"),
      ),
  });
  const { port } = await startGateway(appConfig([endpoint.url], {}, extra));
  const client = await connectWire(port);
  client.send(`GET ${target} HTTP/1.1\r\n${lines}\r\n`);
  const response = await client.response();
  return { request: endpoint.requests[0] as WireRequest, port, response: response.headers };
}

const SAYS =
  "x-forwarded-for: 203.0.113.9\r\nx-forwarded-proto: https\r\nx-forwarded-host: evil\r\nx-forwarded-port: 1\r\nforwarded: for=203.0.113.9\r\n";

describe("fields on their way to an endpoint", () => {
  it("tell of the client; what it says of itself is not believed", async () => {
    const { request, port } = await pass(`host: shop.test\r\n${SAYS}`);
    expect(Object.fromEntries(request.headers)).toMatchObject({
      host: "shop.test",
      "x-forwarded-for": "127.0.0.1",
      "x-forwarded-proto": "http",
      "x-forwarded-host": "shop.test",
      "x-forwarded-port": String(port),
      via: expect.stringMatching(/^1\.1 gatewayctl-[0-9a-f]+$/),
    });
    expect(request.headers.has("forwarded")).toBe(false);
  });

  it("keep what a trusted proxy says, the peer appended", async () => {
    const { request } = await pass(`host: shop.test\r\n${SAYS}`, { trustedProxies: ["127.0.0.1", "::1"] });
    expect(Object.fromEntries(request.headers)).toMatchObject({
      "x-forwarded-for": "203.0.113.9, 127.0.0.1",
      "x-forwarded-proto": "https",
      "x-forwarded-host": "evil",
      "x-forwarded-port": "1",
      forwarded: 'for=203.0.113.9, for=127.0.0.1;host="shop.test";proto=http',
    });
  });

  it("are without those for one connection only, and those it names", async () => {
    const { request, response } = await pass(
      "host: a\r\nConnection: keep-alive, X-Mine\r\nX-Mine: 1\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\n" +
        "Proxy-Authorization: Basic eDp5\r\nTE: gzip\r\nTrailer: x\r\nUpgrade: h2c\r\nx-kept: yes\r\n",
    );
    for (const name of [
      "connection",
      "x-mine",
      "keep-alive",
      "proxy-connection",
      "proxy-authorization",
      "te",
      "trailer",
      "upgrade",
    ]) {
      expect(request.headers.has(name), name).toBe(false);
    }
    expect(request.headers.get("x-kept")).toBe("yes");
    for (const name of ["connection", "x-gone", "proxy-authenticate", "upgrade"])
      expect(response.has(name), name).toBe(false);
    expect(response.get("x-a")).toBe("b");
  });

  it("keep `TE: trailers`", async () => {
    const { request } = await pass("host: a\r\nTE: gzip, trailers\r\nconnection: te\r\n");
    expect(request.headers.get("te")).toBe("trailers");
  });

  it("are without any x-consumer-*, however written, trusted proxy or not", async () => {
    const lines = "host: a\r\nx-consumer-id: root\r\nX-Consumer-Roles: admin\r\nX-CONSUMER-anything: x\r\n";
    for (const extra of [{}, { trustedProxies: ["127.0.0.0/8"] }]) {
      const { request } = await pass(lines, extra);
      expect([...request.headers.keys()].filter((name) => name.startsWith("x-consumer"))).toEqual([]);
    }
  });

  it("keep the client's request id, or get one; the client is told it either way", async () => {
    const kept = await pass("host: a\r\nX-Request-Id: mine-1\r\n");
    expect(kept.request.headers.get("x-request-id")).toBe("mine-1");
    expect(kept.response.get("x-request-id")).toBe("mine-1");
    const made = await pass("host: a\r\n");
    expect(made.request.headers.get("x-request-id")).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/);
    expect(made.response.get("x-request-id")).toBe(made.request.headers.get("x-request-id"));
  });

  it("name the host of an absolute target, whatever Host says", async () => {
    const { request } = await pass("host: other\r\n", {}, "http://shop.test:81/x?y=z");
    expect(request.startLine).toBe("GET /x?y=z HTTP/1.1");
    expect(request.headers.get("host")).toBe("shop.test:81");
    expect(request.headers.get("x-forwarded-host")).toBe("shop.test:81");
  });

  it("leave the target octet for octet as it came", async () => {
    const { request } = await pass("host: a\r\n", {}, "/a%2Fb/%7euser/x;y=1?q=%20+&&=");
    expect(request.target).toBe("/a%2Fb/%7euser/x;y=1?q=%20+&&=");
  });
});

describe("a request that has been here before", () => {
  it("is 508, and is not sent round again", async () => {
    let asked = 0;
    let gatewayPort = 0;
    // An endpoint that sends everything back to the gateway, Via and all.
    const loop = await startWireEndpoint({
      onRequest: async (request, socket) => {
        asked++;
        const client = await connectWire(gatewayPort);
        client.send(`GET ${request.target} HTTP/1.1\r\nhost: a\r\nvia: ${request.headers.get("via")}\r\n\r\n`);
        const { status, text } = await client.response();
        socket.write(ok(`${status} ${text}`));
      },
    });
    const { port } = await startGateway(appConfig([loop.url]));
    gatewayPort = port;
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\nvia: 1.1 gatewayctl-other, 1.0 proxy\r\n\r\n");
    const { text } = await client.response();
    expect(text).toMatch(/^508 /);
    expect(text).toContain("GW0210");
    expect(asked).toBe(1);
  });
});

describe("OPTIONS *", () => {
  it("is answered by the gateway itself", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send("OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\nGET * HTTP/1.1\r\nhost: a\r\n\r\n");
    expect((await client.response()).status).toBe(204);
    expect((await client.response()).status).toBe(400);
    expect(endpoint.sockets).toHaveLength(0);
  });
});
