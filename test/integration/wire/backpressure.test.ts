import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import type { Readable, Writable } from "node:stream";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { pause, until } from "../../helpers/eventually.ts";

const SIZE = 64 * 1024 * 1024;
/** What may be under way inside the gateway, measured as growth of all Buffers, those of the other two included. */
const BOUND = 24 * 1024 * 1024;

/** Octets that differ everywhere, so that a piece lost, doubled or out of place shows in the hash. */
function* octets(): Generator<Buffer> {
  let n = 0;
  for (let sent = 0; sent < SIZE; sent += 65_536) {
    const block = Buffer.allocUnsafe(65_536);
    for (let at = 0; at < 65_536; at += 4) block.writeUInt32LE(n++, at);
    yield block;
  }
}

async function send(to: Writable): Promise<string> {
  const hash = createHash("sha1");
  for (const block of octets()) {
    hash.update(block);
    if (!to.write(block)) await new Promise((resolve) => to.once("drain", resolve));
  }
  to.end();
  return hash.digest("hex");
}

async function take(from: Readable): Promise<string> {
  const hash = createHash("sha1");
  for await (const chunk of from) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Waits until what was written stops growing: both kernels and the gateway are full. */
async function standsStill(written: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 8; ) {
    same = written() === last ? same + 1 : 0;
    last = written();
    await pause(25);
  }
  return written();
}

/** A server whose socket reads nothing until it is told to. */
async function slowReader(answer: (hash: string) => string): Promise<{ url: string; goOn: () => void }> {
  let goOn: () => void = () => {};
  const ready = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  const server = createServer((request, response) => {
    request.pause();
    void ready.then(() => take(request)).then((hash) => response.end(answer(hash)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => server.close().closeAllConnections());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, goOn };
}

const memory = (): number => process.memoryUsage().arrayBuffers;

describe("64 MiB", () => {
  it.each(["content-length", "chunked"])("to a client that does not read wait at the endpoint: %s", async (framing) => {
    let sent: Promise<string> | undefined;
    let socket: IncomingMessage["socket"] | undefined;
    const endpoint = await startEndpoint((request, response) => {
      socket = request.socket;
      if (framing === "content-length") response.setHeader("content-length", SIZE);
      sent = send(response);
    });
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const before = memory();
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      httpRequest({ port, host: "127.0.0.1" }, resolve).once("error", reject).end();
    });
    response.pause();
    expect(await standsStill(() => socket?.bytesWritten ?? 0)).toBeLessThan(SIZE);
    expect(memory() - before).toBeLessThan(BOUND);
    const [received, expected] = await Promise.all([take(response), sent]);
    expect(received).toBe(expected);
    await until(() => atRest(gateway));
  });

  it.each(["content-length", "chunked"])(
    "to an endpoint that does not read wait at the client: %s",
    async (framing) => {
      const endpoint = await slowReader((hash) => hash);
      const { gateway, port } = await startGateway(appConfig([endpoint.url]));
      const before = memory();
      const request = httpRequest({ port, host: "127.0.0.1", method: "PUT" });
      request.setHeader(
        ...((framing === "chunked" ? ["transfer-encoding", "chunked"] : ["content-length", SIZE]) as [string, string]),
      );
      const answer = new Promise<IncomingMessage>((resolve, reject) => {
        request.once("response", resolve).once("error", reject);
      });
      const sent = send(request);
      const stood = await standsStill(() => request.socket?.bytesWritten ?? 0);
      expect(stood).toBeGreaterThan(100_000);
      expect(stood).toBeLessThan(SIZE);
      expect(memory() - before).toBeLessThan(BOUND);
      endpoint.goOn();
      let text = "";
      for await (const chunk of await answer) text += chunk;
      expect(text).toBe(await sent);
      await until(() => atRest(gateway));
    },
  );

  it("pass in both directions at once", async () => {
    const endpoint = await startEndpoint((request, response) => void request.pipe(response));
    const { port } = await startGateway(appConfig([endpoint.url]));
    const request = httpRequest({ port, host: "127.0.0.1", method: "POST" });
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve).once("error", reject);
    });
    const sent = send(request);
    expect(await take(await answer)).toBe(await sent);
  });
});
