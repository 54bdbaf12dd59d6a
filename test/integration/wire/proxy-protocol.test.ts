import { type AddressInfo, connect, createServer } from "node:net";
import { connect as connectTls } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { proxyHeader } from "../../../src/shared/proxy-protocol/encode.ts";
import type { ProxyAddresses } from "../../../src/shared/proxy-protocol/proxy-addresses.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, startGateway, type TestGateway } from "../../helpers/gateway.ts";
import { connectWire, type WireClient } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint, type WireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET /x HTTP/1.1\r\nhost: a\r\n\r\n";
const CLIENT: ProxyAddresses = {
  sourceIp: "203.0.113.7",
  sourcePort: 40_000,
  destinationIp: "198.51.100.1",
  destinationPort: 443,
};
const FROM_V6: ProxyAddresses = { ...CLIENT, sourceIp: "2001:db8:0:1::7", destinationIp: "2001:db8:0:2::1" };
const from = (sourceIp: string): Buffer => proxyHeader(1, { ...CLIENT, sourceIp });

interface Front extends TestGateway {
  readonly endpoint: WireEndpoint;
}

/** A gateway whose listener has a PROXY protocol header in front; this machine is trusted unless said otherwise. */
async function startFront(extra: Readonly<Record<string, unknown>> = {}): Promise<Front> {
  const endpoint = await startWireEndpoint({
    onRequest: (request, socket) => void socket.write(ok(request.headers.get("x-forwarded-for") ?? "")),
  });
  const listeners = [{ http: 0, proxyProtocol: true }];
  const trustedProxies = ["127.0.0.1", "::1"];
  const started = await startGateway(appConfig([endpoint.url], {}, { listeners, trustedProxies, ...extra }));
  return { ...started, endpoint };
}

async function sendThrough(front: Front, octets: Buffer | string): Promise<WireClient> {
  const client = await connectWire(front.port);
  client.send(octets);
  return client;
}

/** A port that passes on to another one, in one write, a header and what a client sends first. */
async function startRelay(port: number, header: Buffer): Promise<number> {
  const server = createServer((socket) => {
    const onward = connect({ port, host: "127.0.0.1" });
    socket.once("data", (first) => {
      onward.write(Buffer.concat([header, first]));
      socket.pipe(onward).pipe(socket);
    });
    for (const each of [socket, onward]) each.on("error", () => {});
    onTestFinished(() => void [socket, onward].map((each) => each.destroy()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

describe("a listener with proxyProtocol", () => {
  it.each([
    ["v1, IPv4", proxyHeader(1, CLIENT), "203.0.113.7", "443"],
    ["v2, IPv4", proxyHeader(2, CLIENT), "203.0.113.7", "443"],
    ["v1, IPv6", proxyHeader(1, FROM_V6), "2001:db8:0:1::7", "443"],
    ["v2, IPv6", proxyHeader(2, FROM_V6), "2001:db8:0:1::7", "443"],
  ])("takes the client's address and the port it connected to out of %s", async (_, header, ip, port) => {
    const front = await startFront();
    const client = await sendThrough(front, Buffer.concat([header, Buffer.from(GET + GET)]));
    for (let i = 0; i < 2; i++) expect((await client.response()).text).toBe(ip);
    const [request] = front.endpoint.requests;
    expect(Object.fromEntries(request?.headers ?? [])).toMatchObject({
      "x-forwarded-for": ip,
      "x-forwarded-proto": "http",
      "x-forwarded-port": port,
    });
    expect(front.finished.map(({ clientIp }) => clientIp)).toEqual([ip, ip]);
  });

  it.each([
    ["v1 UNKNOWN", Buffer.from("PROXY UNKNOWN 1.2.3.4 5.6.7.8 1 2\r\n")],
    ["v2 LOCAL", proxyHeader(2, undefined)],
    ["v2 UNSPEC", Buffer.from("\r\n\r\n\0\r\nQUIT\n\x21\0\0\0")],
  ])("keeps the connection's own addresses where the header has none: %s", async (_, header) => {
    const front = await startFront();
    const client = await sendThrough(front, Buffer.concat([header, Buffer.from(GET)]));
    expect((await client.response()).text).toBe("127.0.0.1");
    expect(front.endpoint.requests[0]?.headers.get("x-forwarded-port")).toBe(String(front.port));
  });

  it("reads a header and a request that come octet by octet", async () => {
    const front = await startFront();
    for (const version of [1, 2] as const) {
      const client = await connectWire(front.port);
      for (const octet of Buffer.concat([proxyHeader(version, CLIENT), Buffer.from(GET)])) {
        client.send(Buffer.from([octet]));
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect((await client.response()).text).toBe("203.0.113.7");
    }
  });

  it("takes a large body that comes in one go with the header", async () => {
    const front = await startFront();
    const body = Buffer.alloc(1_000_000, "x");
    const head = `POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${body.length}\r\n\r\n`;
    const client = await sendThrough(front, Buffer.concat([proxyHeader(2, CLIENT), Buffer.from(head), body]));
    expect((await client.response()).status).toBe(200);
    expect(front.endpoint.requests[0]?.body.equals(body)).toBe(true);
  });

  it("answers a client that ends its side behind its request", async () => {
    const front = await startFront();
    const client = await connectWire(front.port);
    client.socket.end(Buffer.concat([proxyHeader(1, CLIENT), Buffer.from(GET)]));
    expect((await client.response()).text).toBe("203.0.113.7");
  });

  it.each([
    ["a request without a header", GET],
    ["a malformed header", `PROXY TCP4 1.2.3 5.6.7.8 1 2\r\n${GET}`],
    ["a header of another version", Buffer.concat([Buffer.from("\r\n\r\n\0\r\nQUIT\n\x31\x11\0\0"), Buffer.from(GET)])],
    ["a connection that ends within the header", undefined],
  ])("ends %s without an answer", async (_, octets) => {
    const front = await startFront();
    const client = await sendThrough(front, octets ?? "PROXY TCP4 1.2");
    if (octets === undefined) client.socket.end();
    await until(() => client.ended || client.closed, "it was kept");
    expect(client.received()).toHaveLength(0);
    await until(() => front.gateway.connections === 0);
    expect(front.finished).toEqual([]);
    expect(front.endpoint.sockets).toHaveLength(0);
  });

  it("ends one whose header does not come within limits.headerTimeout, however it drips", async () => {
    const front = await startFront({ limits: { headerTimeout: "300ms" } });
    const client = await connectWire(front.port);
    // Shorter than a line of version 1 may be: it is not refused for its length.
    const line = "PROXY UNKNOWN ".padEnd(100);
    let sent = 0;
    for (; sent < line.length && !client.ended && !client.closed; sent++) {
      client.send(line.charAt(sent));
      await pause(20);
    }
    expect(sent, "it was kept").toBeLessThan(line.length);
    expect(client.received()).toHaveLength(0);
  });

  it.each([
    ["with a header", Buffer.concat([proxyHeader(1, CLIENT), Buffer.from(GET)])],
    ["without one", GET],
  ])("refuses a peer that is not one of trustedProxies, %s", async (_, octets) => {
    const front = await startFront({ trustedProxies: ["10.0.0.0/8"] });
    const client = await sendThrough(front, octets);
    await until(() => client.ended || client.closed, "it was kept");
    expect(client.received()).toHaveLength(0);
    expect(front.endpoint.sockets).toHaveLength(0);
  });

  it("ends those whose header is awaited when it drains", async () => {
    const front = await startFront();
    const client = await sendThrough(front, "PROXY ");
    await until(() => front.gateway.connections === 1);
    expect(await front.gateway.drain(3_000)).toBe(0);
    await until(() => client.ended || client.closed);
  });

  it("believes X-Forwarded-* of the header's source if that is trusted, not of the proxy that sent the header", async () => {
    const front = await startFront({ trustedProxies: ["127.0.0.1", "192.0.2.0/24"] });
    const says = "GET / HTTP/1.1\r\nhost: a\r\nx-forwarded-for: 9.9.9.9\r\nx-forwarded-proto: https\r\n\r\n";
    const client = await sendThrough(front, Buffer.concat([from("203.0.113.7"), Buffer.from(says)]));
    expect((await client.response()).text).toBe("203.0.113.7");
    const viaTrusted = await sendThrough(front, Buffer.concat([from("192.0.2.5"), Buffer.from(says)]));
    expect((await viaTrusted.response()).text).toBe("9.9.9.9, 192.0.2.5");
    expect(front.finished.map(({ clientIp }) => clientIp)).toEqual(["203.0.113.7", "9.9.9.9"]);
    expect(front.endpoint.requests.map(({ headers }) => headers.get("x-forwarded-proto"))).toEqual(["http", "https"]);
  });

  it("stands in front of TLS, whose hello comes together with it", async () => {
    const front = await startFront({ listeners: [{ https: 0, proxyProtocol: true }] });
    for (const version of [1, 2] as const) {
      const port = await startRelay(front.port, proxyHeader(version, CLIENT));
      const secured = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false, servername: "localhost" });
      onTestFinished(() => void secured.destroy());
      let text = "";
      secured.on("error", (error) => (text += error.message));
      secured.on("data", (chunk: Buffer) => (text += String(chunk)));
      secured.write(GET);
      await until(() => text.endsWith(CLIENT.sourceIp), `version ${version} was not answered`);
    }
    expect(front.endpoint.requests[0]?.headers.get("x-forwarded-proto")).toBe("https");
    expect(front.endpoint.requests[0]?.headers.get("x-forwarded-port")).toBe("443");
  });

  it("says https for a client of whom the proxy says so, whatever is spoken behind that", async () => {
    const front = await startFront();
    const ssl = [0x20, 0, 5, 0x01, 0, 0, 0, 0];
    const header = Buffer.from([...proxyHeader(2, CLIENT), ...ssl]);
    header.writeUInt16BE(header.length - 16, 14);
    const client = await sendThrough(front, Buffer.concat([header, Buffer.from(GET)]));
    expect((await client.response()).status).toBe(200);
    // And not of the same client without.
    const plain = await sendThrough(front, Buffer.concat([proxyHeader(2, CLIENT), Buffer.from(GET)]));
    expect((await plain.response()).status).toBe(200);
    expect(front.endpoint.requests.map(({ headers }) => headers.get("x-forwarded-proto"))).toEqual(["https", "http"]);
    // RFC 9113 section 3.4: the preface, and a SETTINGS frame, whose type is 4; so is the answer's.
    const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]);
    const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    const http2 = await sendThrough(front, Buffer.concat([header, preface, settings]));
    await until(() => http2.received().length >= 9);
    expect(http2.received()[3]).toBe(4);
  });
});

describe("limits.connectionsPerIp behind a proxy", () => {
  const open = async (front: Front, ip: string): Promise<WireClient> =>
    sendThrough(front, Buffer.concat([from(ip), Buffer.from(GET)]));

  it("counts clients, not the proxy; one beyond it is reset, others are not, and there is room again", async () => {
    const front = await startFront({ limits: { connectionsPerIp: 2 } });
    const [first, second] = [await open(front, "203.0.113.7"), await open(front, "203.0.113.7")];
    for (const client of [first, second]) expect((await client.response()).status).toBe(200);
    const third = await open(front, "203.0.113.7");
    await until(() => third.closed, "it was taken");
    expect(third.received()).toHaveLength(0);
    expect(third.error?.code).toBe("ECONNRESET");
    for (let i = 8; i < 14; i++) expect((await (await open(front, `203.0.113.${i}`)).response()).status).toBe(200);
    first.socket.destroy();
    await until(() => front.gateway.connections === 7);
    expect((await (await open(front, "203.0.113.7")).response()).status).toBe(200);
  });

  it("counts over all listeners", async () => {
    const listeners = [
      { http: 0, proxyProtocol: true },
      { http: 0, proxyProtocol: true },
    ];
    const front = await startFront({ listeners, limits: { connectionsPerIp: 1 } });
    expect((await (await open(front, "203.0.113.7")).response()).status).toBe(200);
    const other = await connectWire(front.gateway.bound[1]?.port ?? 0);
    other.send(Buffer.concat([from("203.0.113.7"), Buffer.from(GET)]));
    await until(() => other.closed, "it was taken");
    expect(other.received()).toHaveLength(0);
  });

  it("does not count what a proxy sends for itself from loopback", async () => {
    const front = await startFront({ limits: { connectionsPerIp: 1 } });
    for (let i = 0; i < 3; i++) {
      const client = await sendThrough(front, Buffer.concat([proxyHeader(2, undefined), Buffer.from(GET)]));
      expect((await client.response()).status).toBe(200);
    }
  });
});
