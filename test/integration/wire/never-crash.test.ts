import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { createRng, nextInt, type Rng } from "../../../src/shared/rng.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { until } from "../../helpers/eventually.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

const FOR_MS = 2_000;

/** Pieces that get far into the parsers, and octets that do not. */
const REQUESTS = [
  "GET / HTTP/1.1\r\nhost: a\r\n\r\n",
  "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n0123456789",
  "POST / HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
  "HEAD / HTTP/1.0\r\n\r\n",
];
const ANSWERS = [
  ok("hello"),
  "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
  "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n",
  "HTTP/1.0 200 OK\r\n\r\nuntil the end",
  "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\nabc",
];

/** A message as it is, cut, with a few octets changed, or nothing but chance. */
function mutated(rng: Rng, messages: readonly string[]): Buffer {
  const bytes = Buffer.from(messages[nextInt(rng, messages.length)] as string, "latin1");
  const kind = nextInt(rng, 4);
  if (kind === 0) return bytes;
  if (kind === 1) return bytes.subarray(0, nextInt(rng, bytes.length));
  if (kind === 2) for (let i = 0; i < 3; i++) bytes[nextInt(rng, bytes.length)] = nextInt(rng, 256);
  else for (let i = 0; i < bytes.length; i++) bytes[i] = nextInt(rng, 256);
  return bytes;
}

describe("a gateway between clients and endpoints that send anything and end anyhow", () => {
  it("goes on, leaks nothing, and gives every request its end", async () => {
    const uncaught: unknown[] = [];
    const note = (error: unknown): number => uncaught.push(error);
    process.on("uncaughtException", note).on("unhandledRejection", note);
    onTestFinished(() => void process.off("uncaughtException", note).off("unhandledRejection", note));
    const rng = createRng("anything");
    const wild = await startWireEndpoint({
      onHead: (_head, socket) => {
        for (let parts = nextInt(rng, 3); parts > 0; parts--) socket.write(mutated(rng, ANSWERS));
        const end = nextInt(rng, 4);
        if (end === 0) socket.destroy();
        else if (end === 1) socket.resetAndDestroy();
        else if (end === 2) socket.end();
      },
    });
    const { gateway, port } = await startGateway(
      appConfig(
        [wild.url],
        { timeouts: { request: "300ms", idle: "300ms", tunnel: "300ms" } },
        {
          routes: [{ match: { host: "a", path: "/" }, service: "app" }],
          limits: { headerTimeout: "300ms", bodyTimeout: "300ms", keepAliveTimeout: "300ms" },
        },
      ),
    );
    const begun = performance.now();
    const client = async (): Promise<void> => {
      while (performance.now() - begun < FOR_MS || (wild.requests.length <= 100 && uncaught.length === 0)) {
        const socket = connect({ port, host: "127.0.0.1" });
        socket.on("error", () => {});
        socket.resume();
        for (let parts = 1 + nextInt(rng, 3); parts > 0; parts--) {
          socket.write(mutated(rng, REQUESTS));
          await new Promise((resolve) => setTimeout(resolve, nextInt(rng, 8)));
        }
        if (nextInt(rng, 2) === 0) socket.resetAndDestroy();
        else socket.end();
        if (nextInt(rng, 2) === 0) socket.destroy();
      }
    };
    await Promise.all(Array.from({ length: 16 }, client));
    expect(uncaught).toEqual([]);
    expect(wild.requests.length).toBeGreaterThan(100);
    await until(
      () => atRest(gateway) && gateway.connections === 0,
      () => JSON.stringify(inUse(gateway)),
    );

    const last = await connectWire(port);
    last.send("GET /nowhere HTTP/1.1\r\nhost: other\r\n\r\n");
    expect((await last.response()).status).toBe(404);
  });
});
