import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer } from "node:net";
import { EndpointTls } from "../../../src/http/endpoint/endpoint-tls.ts";
import type { UpgradeTarget } from "../../../src/http/upgrade/websocket-proxy.ts";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { join, rawSocket, startChat } from "../../helpers/chat.ts";
import { createTestCa, type TestCa } from "../../helpers/certificates.ts";
import { until } from "../../helpers/eventually.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";
import { startFront } from "./front.ts";

const ASK = "GET /chat HTTP/1.1\r\nhost: evil.test\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\r\n";
const AGREE = "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n";

let ca: TestCa;
beforeAll(async () => {
  ca = await createTestCa();
});

interface Trust {
  readonly verify: boolean;
  /** Of the test's CA. */
  readonly known?: boolean;
  readonly serverName?: string;
}

/** An endpoint as a pool would describe it. */
function target(url: string, trust?: Trust): UpgradeTarget {
  const { hostname, port } = new URL(url);
  const common = { host: hostname, port: Number(port), connectTimeoutMs: 20_000 };
  if (trust === undefined) return common;
  const { verify, known = false, serverName } = trust;
  const folder = tempDir({ "ca.pem": ca.cert });
  return { ...common, tls: new EndpointTls({ verify, serverName, ca: known ? "ca.pem" : undefined }, folder) };
}

/** A WebSocket server behind TLS, whose certificate is for these names. */
async function startTlsChat(names: readonly string[], listen = "127.0.0.1") {
  return startChat({ http: createTlsServer(await ca.issue(names)), listen });
}

describe("an upgrade towards an endpoint in TLS", () => {
  it("opens where the certificate is for the endpoint's address and of the CA that was named", async () => {
    const chat = await startTlsChat(["127.0.0.1"]);
    const front = await startFront(target(chat.url, { known: true, verify: true }));
    const { socket, heard } = await join(front.port);
    const large = Buffer.alloc(2 * 1024 * 1024, "tls");
    socket.send("hello");
    socket.send(large);
    await until(() => heard.length === 2);
    expect([heard[0]?.toString(), heard[1]?.equals(large)]).toEqual(["hello", true]);
    socket.close(4002, "bye");
    await until(() => chat.closed.length === 1 && front.told.at(-1) === "end");
    expect(chat.closed).toEqual([{ code: 4002, reason: "bye" }]);
    expect(front.told).toEqual(["open", "end"]);
  });

  it("finds localhost on ::1, and knows it by its name", async () => {
    const chat = await startTlsChat(["localhost"], "::1");
    const front = await startFront(target(chat.url, { known: true, verify: true }));
    const { socket, heard } = await join(front.port);
    socket.send("hello");
    await until(() => heard.length === 1);
  });

  it.each([
    ["nobody vouches for it", ["127.0.0.1"], false, /its CA is not known/],
    ["it is another's", ["other.test"], true, /is not for/],
    // The name in Host is the client's: that the certificate has it says nothing of the endpoint.
    ["it is for the name in Host", ["evil.test"], true, /is not for/],
  ])("fails before anything is sent if %s", async (_what, names, known, message) => {
    const chat = await startTlsChat(names);
    const front = await startFront(target(chat.url, { verify: true, known }));
    const client = await connectWire(front.port);
    client.send(ASK);
    await until(() => front.failures.length === 1);
    expect(front.failures[0]).toMatchObject({ reason: "certificate", message: expect.stringMatching(message) });
    expect(chat.server.clients.size).toBe(0);
    expect(front.told).toEqual(["failure"]);
  });

  it("opens with whatever certificate where that is wanted", async () => {
    const chat = await startTlsChat(["other.test"]);
    const front = await startFront(target(chat.url, { verify: false }));
    const { socket, heard } = await join(front.port);
    socket.send("hello");
    await until(() => heard.length === 1);
  });

  it("asks for the name that was set, and holds the certificate to it", async () => {
    const http = createTlsServer(await ca.issue(["inner.test"]));
    const names: (string | false)[] = [];
    http.on("secureConnection", (socket) => names.push(socket.servername ?? false));
    const chat = await startChat({ http });
    const front = await startFront(target(chat.url, { known: true, verify: true, serverName: "inner.test" }));
    await join(front.port);
    expect(names).toEqual(["inner.test"]);
  });

  it("fails as a connect that timed out if the handshake never ends", async () => {
    const mute = await startWireEndpoint();
    const front = await startFront({ ...target(mute.url, { verify: false }), connectTimeoutMs: 150 });
    const client = await connectWire(front.port);
    client.send(ASK);
    await until(() => front.failures.length === 1);
    expect(front.failures[0]).toMatchObject({ reason: "connect-timeout", message: "no connection within 150 ms" });
    await until(() => mute.open() === 0);
  });
});

describe("an upgrade of a client in TLS", () => {
  it("opens, carries both ways what is larger than any buffer, and is closed by either", async () => {
    const chat = await startChat();
    const front = await startFront(target(chat.url), { certificate: await ca.issue(["127.0.0.1"]) });
    const first = await join(front.port, { tls: true, ca: ca.cert });
    const large = Buffer.alloc(3 * 1024 * 1024, "wss");
    for (let sent = 0; sent < 2; sent++) first.socket.send(large);
    await until(() => first.heard.length === 2, "not all came back", 5_000);
    expect(first.heard.every((one) => one.equals(large))).toBe(true);
    first.socket.close(4003, "bye");
    await until(() => chat.closed.length === 1 && first.closed);
    const second = await join(front.port, { tls: true, ca: ca.cert });
    for (const client of chat.server.clients) client.close(4004, "and bye");
    await until(() => second.closed);
    expect([chat.closed[0], second.closed]).toEqual([
      { code: 4003, reason: "bye" },
      { code: 4004, reason: "and bye" },
    ]);
    await until(() => front.told.length === 4 && front.sockets.every(({ destroyed }) => destroyed));
    expect(front.told).toEqual(["open", "end", "open", "end"]);
  });

  it.each(["endpoint", "client"] as const)("ends on both sides when the %s dies", async (who) => {
    const chat = await startChat();
    const front = await startFront(target(chat.url), { certificate: await ca.issue(["127.0.0.1"]) });
    const talker = await join(front.port, { tls: true, ca: ca.cert });
    if (who === "endpoint") chat.sockets[0]?.resetAndDestroy();
    else rawSocket(talker.socket).destroy();
    await until(() => talker.closed && chat.sockets[0]?.destroyed && front.sockets[0]?.destroyed);
    expect(front.told[0]).toBe("open");
    expect(front.told).toHaveLength(2);
  });
});

describe("the head of an upgrade", () => {
  it.each([
    "/a//b%2Fc/?url=http://x//y&z=%20",
    "/{a}|^`\"<>'?q={b}|\"<>'^`",
    "/?",
    "/a;b=1/;?#",
    "//host/path",
    "/%e4/\u00e4",
  ])("asks for the target octet for octet: %s", async (url) => {
    const endpoint = await startWireEndpoint({ onRequest: (_request, socket) => void socket.write(`${AGREE}\r\n`) });
    const front = await startFront(target(endpoint.url));
    const client = await connectWire(front.port);
    client.send(Buffer.from(ASK.replace("/chat", url), "latin1"));
    await until(() => front.told.length === 1);
    expect(endpoint.requests.map((request) => request.target)).toEqual([url]);
  });

  it("of the answer is freed of what concerns the endpoint's connection alone, and of framing", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) =>
        void socket.write(
          `${AGREE.replace("connection: Upgrade", "Connection: upgrade, X-Inner")}x-inner: 1\r\nKeep-Alive: timeout=5\r\n` +
            "Set-Cookie: a=1\r\nset-cookie: b=2\r\nX-Twice: 1\r\nx-twice: 2\r\ncontent-length: 5\r\n\r\n",
        ),
    });
    const front = await startFront(target(endpoint.url));
    const client = await connectWire(front.port);
    client.send(ASK.replace("\r\n\r\n", "\r\nx-request-id: r1\r\n\r\n"));
    await until(() => client.received().includes("\r\n\r\n"));
    const lines = client.received().toString("latin1").trimEnd().split("\r\n");
    expect(lines.sort()).toEqual(
      [
        "HTTP/1.1 101 Switching Protocols",
        "Set-Cookie: a=1",
        "set-cookie: b=2",
        "X-Twice: 1",
        "x-twice: 2",
        "x-request-id: r1",
        "connection: Upgrade",
        "upgrade: websocket",
      ].sort(),
    );
  });
});

it("what is to come in front of the request comes in front of TLS too", async () => {
  const preface = Buffer.from("PROXY TCP4 203.0.113.9 127.0.0.1 4711 443\r\n");
  for (const trust of [undefined, { verify: false }]) {
    let received = Buffer.alloc(0);
    const endpoint = createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (chunk: Buffer) => {
        received = Buffer.concat([received, chunk]);
      });
    });
    await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void endpoint.close());
    const url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
    const front = await startFront(target(url, trust), { preface });
    const client = await connectWire(front.port);
    client.send(ASK);
    await until(() => received.length > preface.length);
    expect(received.subarray(0, preface.length)).toEqual(preface);
    // A record of TLS, or the request.
    expect(received[preface.length]).toBe(trust === undefined ? 0x47 : 0x16);
    client.socket.destroy();
  }
});

it.each(["while it is connecting", "while the endpoint thinks"])(
  "a client that goes %s leaves nothing",
  async (when) => {
    const endpoint = await startWireEndpoint();
    const mute = when === "while it is connecting" ? { verify: false } : undefined;
    const front = await startFront(target(endpoint.url, mute));
    const client = await connectWire(front.port);
    client.send(ASK);
    await until(() => endpoint.sockets.length === 1);
    front.sockets[0]?.destroy();
    // Before the time to connect is over.
    await until(() => endpoint.open() === 0, "the endpoint was not told");
  },
);
