import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { join, rawSocket, startChat } from "../../helpers/chat.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";

describe("what a WebSocket's two ends agree on passes through:", () => {
  it("a subprotocol", async () => {
    const chat = await startChat({ handleProtocols: (offered) => (offered.has("v2.chat") ? "v2.chat" : false) });
    const { port } = await startGateway(appConfig([chat.url]));
    const { socket } = await join(port, { protocols: ["v1.chat", "v2.chat"] });
    expect(socket.protocol).toBe("v2.chat");
  });

  it("compression of messages", async () => {
    const chat = await startChat({ perMessageDeflate: { threshold: 0 } });
    const { port } = await startGateway(appConfig([chat.url]));
    const { socket, heard } = await join(port, { perMessageDeflate: { threshold: 0 } });
    expect(socket.extensions).toContain("permessage-deflate");
    const text = "the same again, ".repeat(20_000);
    socket.send(text);
    await until(() => heard.length === 1);
    expect(heard[0]?.toString()).toBe(text);
    // Had it been negotiated with the gateway and not with the endpoint, the tunnel would have been full of text.
    expect(rawSocket(socket).bytesRead).toBeLessThan(text.length / 20);
  });

  it("neither, where the endpoint has none", async () => {
    const chat = await startChat();
    const { port } = await startGateway(appConfig([chat.url]));
    const { socket } = await join(port, { perMessageDeflate: true });
    expect([socket.extensions, socket.protocol]).toEqual(["", ""]);
  });

  it("pings and pongs, with what they carry, both ways", async () => {
    const carried: string[] = [];
    const chat = await startChat({
      onJoin: (socket) => {
        socket.on("ping", (data) => carried.push(`endpoint was pinged ${data}`));
        socket.on("pong", (data) => carried.push(`endpoint was ponged ${data}`));
        socket.ping("b");
      },
    });
    const { port } = await startGateway(appConfig([chat.url]));
    const { socket } = await join(port);
    socket.on("pong", (data) => carried.push(`client was ponged ${data}`));
    socket.ping("a");
    await until(() => carried.length === 3);
    expect(carried.sort()).toEqual(["client was ponged a", "endpoint was pinged a", "endpoint was ponged b"]);
  });

  it("messages of several megabytes, whole and in fragments, both ways at once", async () => {
    const size = 3 * 1024 * 1024;
    const octets = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    const large = Buffer.alloc(size, octets);
    const chat = await startChat({ maxPayload: 2 * size });
    const { port } = await startGateway(appConfig([chat.url]));
    const { socket, heard } = await join(port, { maxPayload: 2 * size });
    for (let sent = 0; sent < 3; sent++) socket.send(large);
    for (let part = 0; part < 64; part++)
      socket.send(large.subarray(part * 1024, (part + 1) * 1024), { fin: part === 63 });
    await until(() => heard.length === 4, "not all came back", 6_000);
    expect(heard.map((one) => one.length)).toEqual([size, size, size, 64 * 1024]);
    for (const one of heard) expect(one.equals(large.subarray(0, one.length))).toBe(true);
  });
});

describe("a WebSocket is closed", () => {
  it("by the client: its code and reason reach the endpoint, and the endpoint's answer comes back", async () => {
    const chat = await startChat();
    const { port, gateway } = await startGateway(appConfig([chat.url]));
    const talker = await join(port);
    talker.socket.close(4001, "enough");
    await until(() => talker.closed && chat.closed.length === 1);
    expect([chat.closed, talker.closed]).toEqual([
      [{ code: 4001, reason: "enough" }],
      { code: 4001, reason: "enough" },
    ]);
    await until(() => atRest(gateway) && gateway.connections === 0);
  });

  it("by the endpoint: its code and reason reach the client", async () => {
    const chat = await startChat({ onJoin: (socket) => socket.close(1013, "try again later") });
    const { port, gateway, finished } = await startGateway(appConfig([chat.url]));
    const talker = await join(port).catch(() => undefined);
    await until(() => chat.closed.length === 1 && gateway.connections === 0 && atRest(gateway));
    if (talker) await until(() => talker.closed);
    expect(talker?.closed ?? { code: 1013, reason: "try again later" }).toEqual({
      code: 1013,
      reason: "try again later",
    });
    expect(finished).toMatchObject([{ status: 101 }]);
  });
});

it("pings keep open a tunnel in which nothing else passes; without them it ends", async () => {
  const chat = await startChat();
  const { port } = await startGateway(appConfig([chat.url], { timeouts: { tunnel: "400ms" } }));
  const [pinging, silent] = await Promise.all([join(port), join(port)]);
  const pings = setInterval(() => pinging.socket.ping(), 100);
  await until(() => silent.closed, "silence does not end it").finally(() => clearInterval(pings));
  expect(silent.closed?.code).toBe(1006);
  expect(pinging.socket.readyState).toBe(WebSocket.OPEN);
});

describe("a route", () => {
  it("with a rewrite applies to an upgrade as to any request", async () => {
    const chat = await startChat();
    const asked: (string | undefined)[] = [];
    chat.server.on("connection", (_socket, request) => asked.push(request.url, request.headers.host));
    const { port } = await startGateway({
      services: { app: { endpoints: [chat.url] } },
      routes: [{ match: "/live", service: "app", rewrite: { path: "/ws", host: "inner.test" } }],
    });
    const { socket, heard } = await join(port, { path: "/live/room?id=7" });
    socket.send("hi");
    await until(() => heard.length === 1);
    expect(asked).toEqual(["/ws/room?id=7", "inner.test"]);
  });

  it("tells the endpoint whose request it is, and the answer has the request's id", async () => {
    const chat = await startChat();
    let fields: NodeJS.Dict<string | string[]> = {};
    chat.server.on("connection", (_socket, request) => {
      fields = request.headers;
    });
    const { port } = await startGateway(appConfig([chat.url]));
    let answered: NodeJS.Dict<string | string[]> = {};
    const { socket } = await join(port, { headers: { "x-forwarded-for": "203.0.113.9", "x-request-id": "mine" } });
    socket.terminate();
    const again = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { "x-request-id": "other" } });
    again.on("upgrade", (response) => {
      answered = response.headers;
    });
    await until(() => again.readyState === WebSocket.OPEN);
    again.terminate();
    expect(fields["x-request-id"]).toBe("other");
    expect(fields["x-forwarded-for"]).toBe("127.0.0.1");
    expect(fields["via"]).toMatch(/^1\.1 gatewayctl-/);
    expect(answered["x-request-id"]).toBe("other");
  });
});

it("a drain waits for those who are talking, and takes no new ones", async () => {
  const chat = await startChat();
  const { gateway, port } = await startGateway(appConfig([chat.url]));
  const { socket, heard } = await join(port);
  const drained = gateway.drain(5_000);
  socket.send("still here?");
  await until(() => heard.length === 1, "it is cut already");
  await expect(join(port)).rejects.toThrow("ECONNREFUSED");
  await pause(50);
  socket.close(1000);
  expect(await drained).toBe(0);
  await until(() => chat.closed.length === 1);
  expect(chat.closed[0]?.code).toBe(1000);
});
