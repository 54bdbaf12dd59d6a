import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { appConfig, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startWireEndpoint, type WireEndpoint } from "../../helpers/wire-endpoint.ts";

const GET = "GET / HTTP/1.1\r\nhost: a\r\n\r\n";

/** Every socket that a server of this process accepts: the gateway's own side of its clients is among them. */
function acceptedSockets(): Socket[] {
  const sockets: Socket[] = [];
  const note = (message: unknown): void => void sockets.push((message as { socket: Socket }).socket);
  subscribe("net.server.socket", note);
  onTestFinished(() => void unsubscribe("net.server.socket", note));
  return sockets;
}

/**
 * An endpoint that goes on with its chunked answer until something of it waits in the gateway, because the kernel has
 * taken for the client all that it takes; then it ends the answer. So the exchange is over, and its end is not sent.
 */
async function startUntilUnsent(unsent: () => number): Promise<{ endpoint: WireEndpoint; sent: () => number }> {
  let sent = 0;
  const part = Buffer.alloc(8 * 1024, "x");
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
      const more = (): void => {
        if (unsent() > 0 || socket.destroyed) return void socket.write("0\r\n\r\n");
        socket.write(`${part.length.toString(16)}\r\n`);
        socket.write(part);
        socket.write("\r\n");
        sent += part.length;
        setImmediate(more);
      };
      more();
    },
  });
  return { endpoint, sent: () => sent };
}

async function startUnsent(extra: Readonly<Record<string, unknown>> = {}) {
  const accepted = acceptedSockets();
  let port = 0;
  const unsent = (): number => accepted.find((socket) => socket.localPort === port)?.writableLength ?? 0;
  const { endpoint, sent } = await startUntilUnsent(unsent);
  const started = await startGateway(appConfig([endpoint.url], {}, extra));
  port = started.port;
  return { ...started, sent, unsent };
}

describe("an answer that is complete before the client has read it", () => {
  it("still arrives whole when the connection ends behind it, long after the lingering", async () => {
    const { port, sent, unsent, finished, gateway } = await startUnsent();
    const client = await connectWire(port);
    client.socket.pause();
    client.send(GET.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
    await until(() => finished.length === 1, "not finished");
    expect(unsent()).toBeGreaterThan(0);
    const began = performance.now();
    await until(() => performance.now() - began > 1_500);
    client.socket.resume();
    const response = await client.response("GET");
    expect(response.body).toHaveLength(sent());
    await until(() => client.ended && gateway.connections === 0);
  });

  it("is given up when none of it is taken for limits.keepAliveTimeout", async () => {
    const { port, finished, gateway } = await startUnsent({ limits: { keepAliveTimeout: "400ms" } });
    const client = await connectWire(port);
    client.socket.pause();
    client.send(GET.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n"));
    await until(() => finished.length === 1, "not finished");
    await until(() => gateway.connections === 0);
  });

  it("is waited for by a drain", async () => {
    const { port, sent, unsent, finished, gateway } = await startUnsent();
    const client = await connectWire(port);
    client.socket.pause();
    client.send(GET);
    await until(() => finished.length === 1, "not finished");
    expect(unsent()).toBeGreaterThan(0);
    const drained = gateway.drain(4_000);
    const began = performance.now();
    await until(() => performance.now() - began > 200);
    client.socket.resume();
    expect((await client.response("GET")).body).toHaveLength(sent());
    expect(await drained).toBe(0);
  });
});

it("a client that does not read an answer is cut off after timeouts.idle, and the endpoint is not blamed", async () => {
  const size = 20_000_000;
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${size}\r\n\r\n`);
      socket.write(Buffer.alloc(size));
    },
  });
  const { port, gateway, finished } = await startGateway(appConfig([endpoint.url], { timeouts: { idle: "300ms" } }));
  const client = await connectWire(port);
  client.socket.pause();
  client.send(GET);
  await until(() => finished.length === 1, "not cut off");
  expect(finished[0]).toMatchObject({ status: 200, code: undefined });
  const [app] = gateway.service("app").upstream.endpoints;
  expect(app).toMatchObject({ failures: 0, lastFailure: undefined });
});

it("a client that does not read is spared a flood of 1xx, which would otherwise fill the memory", async () => {
  const accepted = acceptedSockets();
  const hints = Buffer.from("HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n".repeat(500));
  const endpoint = await startWireEndpoint({
    onRequest: (_request, socket) => {
      const more = (): void => {
        if (!socket.destroyed) socket.write(hints, () => setImmediate(more));
      };
      more();
    },
  });
  /** The most that waits in the gateway for a client that does not read, until the endpoint's time is over. */
  const backedUp = async (forMs: number): Promise<number> => {
    const { port, finished } = await startGateway(appConfig([endpoint.url], { timeouts: { request: `${forMs}ms` } }));
    const client = await connectWire(port);
    client.socket.pause();
    client.send(GET);
    let most = 0;
    await until(
      () => {
        most = Math.max(most, accepted.find((socket) => socket.localPort === port)?.writableLength ?? 0);
        return finished.length === 1;
      },
      "the endpoint's time did not run out",
      2 * forMs + 10_000,
    );
    client.socket.destroy();
    return most;
  };
  // The kernel takes some megabytes first; on a busy machine, that many take a while.
  let most = 0;
  for (let forMs = 1_000; most <= 128 * 1024 && forMs < 20_000; forMs *= 2) most = await backedUp(forMs);
  // It comes to be backed up, which shows that there was too much; and then nothing more is let through but the answer.
  expect(most).toBeGreaterThan(128 * 1024);
  expect(most).toBeLessThan(130 * 1024);
}, 90_000);
