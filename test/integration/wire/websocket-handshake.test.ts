import { describe, expect, it } from "vitest";
import { join, startChat } from "../../helpers/chat.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const FIELDS =
  "host: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const ASK = `GET /chat HTTP/1.1\r\n${FIELDS}\r\n`;
const AGREE = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n";

describe("an endpoint that does not switch", () => {
  it.each([
    ["with a length", "content-length: 5\r\n\r\nplain"],
    ["in chunks", "transfer-encoding: chunked\r\n\r\n5\r\nplain\r\n0\r\n\r\n"],
    ["until it closes", "connection: close\r\n\r\nplain"],
  ])("has its 200 passed on, %s, and the client's frames behind it go nowhere", async (_what, rest) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.end(`HTTP/1.1 200 OK\r\nx-request-id: its-own\r\n${rest}`),
    });
    const { port, gateway, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    // A second request, if these octets were taken for what they look like.
    client.send(`${ASK}GET /smuggled HTTP/1.1\r\nhost: a\r\n\r\n`);
    const response = await client.response();
    expect([response.status, response.text, response.headers.get("x-request-id")]).toEqual([200, "plain", "its-own"]);
    expect(response.headers.get("connection")).toBe("close");
    await until(() => client.ended && atRest(gateway));
    expect(endpoint.requests.map(({ target }) => target)).toEqual(["/chat"]);
    expect(finished).toMatchObject([{ status: 200 }]);
  });

  it("has a large refusal passed on at the client's pace", async () => {
    const size = 12 * 1024 * 1024;
    const body = Buffer.alloc(size, "no");
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.write(`HTTP/1.1 403 Forbidden\r\ncontent-length: ${size}\r\n\r\n`);
        socket.write(body);
      },
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.socket.pause();
    client.send(ASK);
    const unsent = (): number => endpoint.sockets[0]?.writableLength ?? size;
    let last = -1;
    for (let same = 0; same < 6; await pause(25)) {
      same = unsent() === last ? same + 1 : 0;
      last = unsent();
    }
    expect(last).toBeGreaterThan(0);
    client.socket.resume();
    const response = await client.response();
    expect([response.status, response.body.equals(body)]).toEqual([403, true]);
    await until(() => atRest(gateway));
  });
});

it("an endpoint that switches unasked is answered for with 502", async () => {
  const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(`${AGREE}frames`) });
  const { port, gateway } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
  const response = await client.response();
  expect(response.status).toBe(502);
  expect(client.received().toString()).not.toContain("frames");
  await until(() => atRest(gateway) && endpoint.open() === 0);
});

it("who asks for another protocol, or does not ask rightly, gets a plain answer", async () => {
  const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(ok("plain")) });
  const { port } = await startGateway(appConfig([endpoint.url]));
  const client = await connectWire(port);
  for (const asked of [
    "connection: upgrade\r\nupgrade: h2c\r\n",
    "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n",
    "upgrade: websocket\r\n",
    "connection: upgrade\r\n",
  ]) {
    client.send(`GET / HTTP/1.1\r\nhost: a\r\n${asked}\r\n`);
    expect((await client.response()).text).toBe("plain");
  }
  for (const { headers } of endpoint.requests) {
    expect([headers.get("upgrade"), headers.get("connection"), headers.get("http2-settings")]).toEqual(
      Array.from({ length: 3 }, () => undefined),
    );
  }
});

describe("a hundred clients", () => {
  it.each([
    ["within the head of the request", ASK.slice(0, 60), 0],
    ["behind it", ASK, 50],
    ["as the endpoint agrees", ASK, 0],
  ])("that reset the connection %s leave nothing, and others are served", async (_when, sent, delay) => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) =>
        void (delay > 0 ? setTimeout(() => socket.destroyed || socket.write(AGREE), delay) : socket.write(AGREE)),
      onConnection: (socket) => void socket.on("end", () => socket.end()),
    });
    const chat = await startChat();
    const { port, gateway } = await startGateway({
      services: { app: { endpoints: [endpoint.url] }, chat: { endpoints: [chat.url] } },
      routes: [
        { match: "/chat", service: "app" },
        { match: "/talk", service: "chat" },
      ],
    });
    await Promise.all(
      Array.from({ length: 100 }, async (_, i) => {
        const client = await connectWire(port);
        client.send(sent);
        // At all moments of the handshake's few milliseconds.
        await pause(i % 10);
        client.socket.resetAndDestroy();
      }),
    );
    const { socket, heard } = await join(port, { path: "/talk" });
    socket.send("hello");
    await until(() => heard.length === 1);
    socket.terminate();
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify({ ...inUse(gateway), connections: gateway.connections }),
    );
    await until(() => endpoint.open() === 0);
  });
});
