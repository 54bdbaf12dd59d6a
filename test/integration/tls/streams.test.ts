import { createHash, randomBytes } from "node:crypto";
import { connect as connectTcp } from "node:net";
import type { TLSSocket } from "node:tls";
import { describe, expect, it, onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest } from "../../helpers/gateway.ts";
import { connectTls } from "../../http/tls/terminating.ts";
import { send, startSecureGateway } from "./secure-gateway.ts";

const MB = 1_000_000;

function digest(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** A client that keeps its receiving side open when it ends the sending one. */
async function halfOpen(port: number, ca: string): Promise<{ socket: TLSSocket; text: () => string }> {
  const socket = await connectTls(port, { ca, socket: connectTcp({ port, host: "127.0.0.1", allowHalfOpen: true }) });
  let text = "";
  socket.on("data", (data: Buffer) => {
    text += data.toString("latin1");
  });
  return { socket, text: () => text };
}

describe("bodies by TLS", () => {
  it.each(["TLSv1.2", "TLSv1.3"] as const)("of 10 MB arrive whole, both ways at once, by %s", async (maxVersion) => {
    const endpoint = await startEndpoint((request, response) => void request.pipe(response));
    const { port, ca, gateway } = await startSecureGateway(appConfig([endpoint.url]));
    const body = randomBytes(10 * MB);
    const echo = await send(port, { ca: ca(), method: "POST", body, maxVersion });
    expect(echo.body).toHaveLength(body.length);
    expect(digest(echo.body)).toBe(digest(body));
    await until(() => atRest(gateway));
  });

  it("of several clients are not mixed", async () => {
    const endpoint = await startEndpoint((request, response) => void request.pipe(response));
    const { port, ca } = await startSecureGateway(appConfig([endpoint.url]));
    const bodies = Array.from({ length: 12 }, () => randomBytes(300_000));
    const echoes = await Promise.all(bodies.map((body) => send(port, { ca: ca(), method: "POST", body })));
    expect(echoes.map((echo) => digest(echo.body))).toEqual(bodies.map(digest));
  });

  it("wait for a client that does not read", async () => {
    const endpoint = await startEndpoint((_request, response) => response.end(randomBytes(20 * MB)));
    const { port, ca, gateway } = await startSecureGateway(appConfig([endpoint.url]));
    const client = await connectTls(port, { ca: ca() });
    client.pause();
    client.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
    await until(() => gateway.requestsInFlight === 1);
    const before = process.memoryUsage().arrayBuffers;
    await pause(50);
    await pause(50);
    // The endpoint's 20 MB are this process's, too; what grows beyond them would be the gateway's.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(24 * MB);
    expect(gateway.requestsInFlight).toBe(1);
    let octets = 0;
    client.on("data", (data: Buffer) => {
      octets += data.length;
    });
    client.resume();
    await until(
      () => octets > 20 * MB,
      () => `only ${octets} came`,
    );
  });
});

describe("half-closes by TLS", () => {
  it("leave a client the whole of its answer", async () => {
    const endpoint = await startEndpoint((request, response) => {
      request.resume();
      request.on("end", () => setTimeout(() => response.end("at last"), 40));
    });
    const { port, ca, finished } = await startSecureGateway(appConfig([endpoint.url]));
    const { socket, text } = await halfOpen(port, ca());
    socket.end("POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\nhi");
    await until(() => socket.readableEnded);
    expect(text()).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nat last$/);
    expect(finished).toMatchObject([{ status: 200 }]);
  });

  it("of the gateway let a refused client read the answer", async () => {
    const { port, ca, gateway } = await startSecureGateway({});
    const { socket, text } = await halfOpen(port, ca());
    socket.write("GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\n\r\n");
    await until(() => socket.readableEnded);
    expect(text()).toMatch(/^HTTP\/1\.1 400 /);
    socket.end();
    await until(() => gateway.connections === 0);
  });

  it("come with every orderly end, by close_notify, so that nothing can have been cut off", async () => {
    const endpoint = await startEndpoint();
    const { port, ca } = await startSecureGateway(appConfig([endpoint.url]));
    const { socket, text } = await halfOpen(port, ca());
    socket.write("GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n");
    await until(() => socket.readableEnded);
    expect(text()).toContain("\r\n\r\nok");
  });
});

describe("clients by TLS that go away", () => {
  it.each(["destroy", "resetAndDestroy"] as const)(
    "by %s in the middle of an exchange leave nothing behind",
    async (how) => {
      const endpoint = await startEndpoint((_request, response) => void response.write("begun"));
      const { port, ca, gateway } = await startSecureGateway(appConfig([endpoint.url]));
      for (let i = 0; i < 30; i++) {
        const tcp = connectTcp({ port, host: "127.0.0.1" });
        const client = await connectTls(port, { ca: ca(), socket: tcp });
        client.write("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
        if (i % 3 > 0) await new Promise((resolve) => client.once("data", resolve));
        tcp[how]();
      }
      await until(() => gateway.connections === 0 && atRest(gateway));
    },
  );
});

describe("WebSockets by TLS", () => {
  it("pass messages both ways, and end orderly", async () => {
    const endpoint = await startEndpoint();
    const sockets = new WebSocketServer({ server: endpoint.server });
    sockets.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
    const { port, ca, gateway } = await startSecureGateway(appConfig([endpoint.url]));
    const client = new WebSocket(`wss://localhost:${port}/`, { ca: ca() });
    onTestFinished(() => client.terminate());
    await new Promise((resolve, reject) => client.on("open", resolve).on("error", reject));
    const got: number[] = [];
    client.on("message", (data: Buffer) => got.push(data.length));
    const sizes = [1, 100, 70_000, 1_000_000];
    for (const size of sizes) client.send(randomBytes(size));
    await until(() => got.length === sizes.length);
    expect(got).toEqual(sizes);
    client.close();
    await until(() => client.readyState === WebSocket.CLOSED && gateway.connections === 0);
  });
});
