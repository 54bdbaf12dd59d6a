import { createServer } from "node:https";
import { join as joinPath } from "node:path";
import { describe, expect, it } from "vitest";
import { createTestCa } from "../../helpers/certificates.ts";
import { join, rawSocket, startChat } from "../../helpers/chat.ts";
import { until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startSecureGateway } from "../tls/secure-gateway.ts";

const ASK =
  "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";

describe("a WebSocket in TLS", () => {
  it("on both sides carries messages, large ones too, and its end either way", async () => {
    const ca = await createTestCa();
    const file = joinPath(tempDir({ "ca.pem": ca.cert }), "ca.pem");
    const chat = await startChat({ http: createServer(await ca.issue(["127.0.0.1"])) });
    const { port, ca: gatewayCa, gateway } = await startSecureGateway(appConfig([chat.url], { tls: { ca: file } }));
    const options = { tls: true, ca: gatewayCa(), servername: "localhost", maxPayload: 8_000_000 };
    const [first, second, third] = await Promise.all([1, 2, 3].map(() => join(port, options)));
    const large = Buffer.alloc(4_000_000, "wss");
    first?.socket.send(large);
    second?.socket.send("small");
    await until(() => first?.heard.length === 1 && second?.heard.length === 1, "not all came back", 5_000);
    expect([first?.heard[0]?.equals(large), second?.heard[0]?.toString()]).toEqual([true, "small"]);
    first?.socket.close(4001, "enough");
    if (third) rawSocket(third.socket).destroy();
    await until(() => chat.closed.length === 2);
    expect(chat.closed.map(({ code }) => code).sort((a, b) => a - b)).toEqual([1006, 4001]);
    chat.kill();
    await until(() => second?.closed);
    await until(() => atRest(gateway) && gateway.connections === 0);
  });

  it("is not asked for of an endpoint whose certificate nobody vouches for: 502, GW0310", async () => {
    const ca = await createTestCa();
    const chat = await startChat({ http: createServer(await ca.issue(["127.0.0.1"])) });
    const { port, gateway } = await startGateway(appConfig([chat.url]));
    const client = await connectWire(port);
    client.send(ASK);
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([502, "GW0310"]);
    await until(() => atRest(gateway));
    expect(chat.sockets).toHaveLength(0);
  });
});
