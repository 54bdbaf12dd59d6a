import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { join, rawSocket, startChat } from "../../helpers/chat.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const UPGRADE =
  "GET /chat HTTP/1.1\r\nhost: a\r\nconnection: Upgrade\r\nupgrade: websocket\r\n" +
  "sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
const AGREED =
  "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n" +
  "sec-websocket-accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

describe("a WebSocket", () => {
  it("carries text, octets and a megabyte both ways; closing reaches the other side, and is counted", async () => {
    const chat = await startChat();
    const { gateway, port, finished } = await startGateway(appConfig([chat.url]));
    const talker = await join(port);
    const { socket, heard } = talker;
    expect(inUse(gateway)).toMatchObject({ requests: 1, [`${chat.url} in flight`]: 1 });
    const large = Buffer.alloc(1024 * 1024, "large");
    for (const message of ["hello", Buffer.from([0, 1, 255]), large]) socket.send(message);
    await until(() => heard.length === 3, "not all came back");
    expect(heard[0]?.toString()).toBe("hello");
    expect(heard[1]).toEqual(Buffer.from([0, 1, 255]));
    expect(heard[2]?.equals(large)).toBe(true);
    expect(talker.closed).toBeUndefined();
    socket.close(4001, "done");
    await until(() => socket.readyState === WebSocket.CLOSED && chat.server.clients.size === 0);
    await until(() => atRest(gateway) && gateway.connections === 0);
    expect(finished).toMatchObject([{ status: 101, endpointId: chat.url, attempts: 1 }]);
  });

  it("is one of fifty, and each hears its own", async () => {
    const chats = await Promise.all([startChat(), startChat()]);
    const { gateway, port } = await startGateway(appConfig(chats.map(({ url }) => url)));
    const all = await Promise.all(Array.from({ length: 50 }, () => join(port)));
    expect(chats.map(({ server }) => server.clients.size)).toEqual([25, 25]);
    for (const [i, { socket }] of all.entries()) for (let n = 0; n < 5; n++) socket.send(`${i}:${n}`);
    await until(() => all.every(({ heard }) => heard.length === 5));
    for (const [i, { heard }] of all.entries())
      expect(heard.map(String)).toEqual([0, 1, 2, 3, 4].map((n) => `${i}:${n}`));
    for (const { socket } of all) socket.terminate();
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify(inUse(gateway)),
    );
    await until(() => chats.every(({ server }) => server.clients.size === 0));
  });

  it.each(["destroy", "resetAndDestroy"] as const)("ends on both sides if either dies: %s", async (die) => {
    const chat = await startChat();
    const { gateway, port } = await startGateway(appConfig([chat.url]));
    const first = await join(port);
    chat.sockets[0]?.[die]();
    await until(() => first.closed, "the client was not told");
    expect(first.closed?.code).toBe(1006);
    const second = await join(port);
    rawSocket(second.socket)[die]();
    await until(() => chat.sockets[1]?.destroyed, "the endpoint was not told");
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("may be refused: the endpoint's answer is passed on, body and all", async () => {
    const endpoint = await startEndpoint();
    endpoint.server.on("upgrade", (_request, socket) => {
      socket.end(
        "HTTP/1.1 401 Unauthorized\r\nwww-authenticate: Bearer\r\ncontent-length: 8\r\nconnection: close\r\n\r\nwho, you",
      );
    });
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(UPGRADE);
    const response = await client.response();
    expect([response.status, response.text, response.headers.get("www-authenticate")]).toEqual([
      401,
      "who, you",
      "Bearer",
    ]);
    await until(() => client.ended && atRest(gateway));
    expect(finished).toMatchObject([{ status: 401 }]);
  });

  it("is asked of the next endpoint if one refuses the connection, and found on ::1", async () => {
    const dead = await startWireEndpoint();
    await dead.kill();
    const chat = await startChat({ listen: "::1" });
    const { port, finished } = await startGateway(appConfig([dead.url, chat.url]));
    const { socket, heard } = await join(port);
    socket.send("here");
    await until(() => heard.length === 1);
    socket.terminate();
    await until(() => finished.length === 1);
    expect(finished).toMatchObject([{ attempts: 2, endpointId: chat.url }]);
  });

  it("with no endpoint left is answered 502", async () => {
    const dead = await Promise.all([startWireEndpoint(), startWireEndpoint()]);
    for (const endpoint of dead) await endpoint.kill();
    const { gateway, port } = await startGateway(appConfig(dead.map(({ url }) => url)));
    const client = await connectWire(port);
    client.send(UPGRADE);
    const response = await client.response();
    expect([response.status, JSON.parse(response.text).code]).toEqual([502, "GW0301"]);
    await until(() => atRest(gateway));
  });

  it("is 502 too where localhost refuses on both addresses, and both are named", async () => {
    const dead = await startWireEndpoint();
    await dead.kill();
    const { port } = await startGateway(appConfig([`http://localhost:${dead.port}`]));
    const client = await connectWire(port);
    client.send(UPGRADE);
    const { code, detail } = JSON.parse((await client.response()).text);
    expect(code).toBe("GW0301");
    expect(detail).toContain(`ECONNREFUSED 127.0.0.1:${dead.port}`);
    expect(detail).toContain(`ECONNREFUSED ::1:${dead.port}`);
  });

  it("is asked for by the path that the client sent, octet for octet", async () => {
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(UPGRADE.replace("/chat", "/a//b%2Fc/?url=http://x//y&z=%20"));
    await until(() => endpoint.requests.length === 1);
    expect(endpoint.requests[0]?.target).toBe("/a//b%2Fc/?url=http://x//y&z=%20");
  });

  it("that is never answered is 504, and the endpoint is told", async () => {
    const endpoint = await startWireEndpoint();
    const { gateway, port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "200ms" } }));
    const client = await connectWire(port);
    client.send(UPGRADE);
    expect((await client.response()).status).toBe(504);
    await until(() => endpoint.open() === 0 && atRest(gateway));
  });

  it("whose client leaves before the endpoint has answered leaves nothing", async () => {
    const endpoint = await startWireEndpoint();
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(UPGRADE);
    await until(() => endpoint.requests.length === 1);
    client.socket.resetAndDestroy();
    await until(() => endpoint.open() === 0 && atRest(gateway) && gateway.connections === 0);
    expect(finished).toMatchObject([{ status: 499 }]);
  });
});

describe("a tunnel", () => {
  it("passes on what came right behind the upgrade, on either side", async () => {
    let heard = "";
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.removeAllListeners("data");
        socket.on("data", (chunk) => {
          heard += chunk;
        });
        socket.write(`${AGREED}early answer`);
      },
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(`${UPGRADE}early bird`);
    await until(() => client.received().includes("early answer"));
    // What came with the request's own packet is not part of the request.
    expect(endpoint.requests).toHaveLength(1);
    client.send(", worm");
    await until(() => heard.endsWith(", worm"));
    expect(heard).toBe("early bird, worm");
  });

  it("stays open in one direction when the other has ended", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        socket.removeAllListeners("data");
        socket.resume();
        socket.write(AGREED);
        socket.once("end", () => setTimeout(() => socket.end("last words"), 30));
      },
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectWire(port);
    client.send(UPGRADE);
    await client.informational();
    client.socket.end("bye");
    await until(() => client.ended, "the end did not come");
    expect(client.received().toString()).toBe("last words");
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify(inUse(gateway)),
    );
  });

  it("ends after timeouts.tunnel of silence, and not while anything passes", async () => {
    const chat = await startChat();
    const { gateway, port } = await startGateway(appConfig([chat.url], { timeouts: { tunnel: "300ms" } }));
    const { socket, heard } = await join(port);
    const began = performance.now();
    let sent = 0;
    await until(() => {
      if (performance.now() - began > sent * 100) socket.send(String(sent++));
      return performance.now() - began > 900;
    });
    expect(socket.readyState).toBe(WebSocket.OPEN);
    expect(heard.length).toBeGreaterThan(5);
    await until(() => socket.readyState === WebSocket.CLOSED && chat.server.clients.size === 0, "it was kept");
    await until(() => atRest(gateway) && gateway.connections === 0);
  });

  it("is ended by a drain that has waited long enough", async () => {
    const chat = await startChat();
    const { gateway, port } = await startGateway(appConfig([chat.url]));
    const talker = await join(port);
    expect(await gateway.drain(50)).toBe(1);
    await until(() => talker.closed && chat.server.clients.size === 0);
  });
});
