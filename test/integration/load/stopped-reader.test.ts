import { createHash } from "node:crypto";
import { request as httpRequest, type IncomingMessage } from "node:http";
import type { Readable, Writable } from "node:stream";
import { describe, expect, it } from "vitest";
import { startEndpoint, type TestEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { startGatewayProcess } from "./gateway-process.ts";

const MEGABYTE = 1_000_000;
const LIMIT = 150 * MEGABYTE;
const BLOCK = 250_000;

/** Octets of which no two places within a megabyte are alike, so that a piece lost, doubled or misplaced shows. */
const pattern = Buffer.alloc(4 * BLOCK);
for (let at = 0; at < pattern.length; at += 4) pattern.writeUInt32LE(Math.imul(at, 2_654_435_761) >>> 0, at);

/** Sends so many octets, as fast as they are taken. */
async function send(to: Writable, size: number): Promise<void> {
  for (let sent = 0; sent < size && !to.destroyed; sent += BLOCK) {
    const from = sent % pattern.length;
    if (!to.write(pattern.subarray(from, from + BLOCK))) {
      await drained(to);
    }
  }
  to.end();
}

/** Resolves as well where nothing will ever be taken again. */
function drained(stream: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}

async function hashOf(from: Readable): Promise<string> {
  const hash = createHash("sha1");
  for await (const chunk of from) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

function expectedHash(size: number): string {
  const hash = createHash("sha1");
  for (let sent = 0; sent < size; sent += BLOCK)
    hash.update(pattern.subarray(sent % pattern.length).subarray(0, BLOCK));
  return hash.digest("hex");
}

/** Waits until a figure has stopped growing. */
async function standsStill(figure: () => number): Promise<number> {
  for (let last = -1, same = 0; same < 20; await pause(25)) {
    same = figure() === last ? same + 1 : 0;
    last = figure();
  }
  return figure();
}

/** Asks for a body and reads nothing of it. */
function ask(port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ port, host: "127.0.0.1" }, (response) => resolve(response.pause()));
    request.once("error", reject).end();
  });
}

function startSender(size: number): Promise<TestEndpoint> {
  return startEndpoint((_request, response) => {
    response.setHeader("content-length", size);
    void send(response, size);
  });
}

const sentBy = ({ requests }: TestEndpoint): number =>
  requests.reduce((sum, { socket }) => sum + socket.bytesWritten - socket.writableLength, 0);

describe("a client that has stopped reading", () => {
  it("holds at most a few hundred KB, its kernel's buffers aside", async () => {
    const readers = 40;
    const endpoint = await startSender(40 * MEGABYTE);
    const { gateway, port } = await startGateway(appConfig([endpoint.url]));
    const before = await buffersInUse();
    const responses = await Promise.all(Array.from({ length: readers }, () => ask(port)));
    await standsStill(() => sentBy(endpoint));
    // All that the endpoint sends is of one Buffer, so that what is new is the gateway's, and the little that the client
    // has read with the head.
    const each = ((await buffersInUse()) - before) / readers;
    console.log(`each stopped reader holds ${Math.round(each / 1000)} KB`);
    // 128 KiB are let wait, and what one read of the endpoint brought comes on top: 256 KiB at most. The client, of the
    // same process, has read 64 KiB.
    expect(each).toBeLessThan(520_000);
    for (const response of responses) response.destroy();
    await until(() => atRest(gateway));
  }, 40_000);
});

describe("the gateway's memory stays below 150 MB", () => {
  it("with 200 MB for a client that has stopped reading, which then gets them all", async () => {
    const size = 200 * MEGABYTE;
    const endpoint = await startSender(size);
    const gateway = await startGatewayProcess(appConfig([endpoint.url], { timeouts: { idle: "60s" } }));
    const most = gateway.watch();
    const response = await ask(gateway.port);
    expect(await standsStill(() => sentBy(endpoint))).toBeLessThan(size / 2);
    const stopped = most();
    expect(await hashOf(response)).toBe(expectedHash(size));
    console.log(`RSS with one stopped reader of 200 MB: ${mega(stopped)}, while it went on: ${mega(most())}`);
    expect(most()).toBeLessThan(LIMIT);
    expect(gateway.died).toBe(false);
  }, 40_000);

  it("with 20 MB for each of twenty of them", async () => {
    const size = 20 * MEGABYTE;
    const endpoint = await startSender(size);
    const gateway = await startGatewayProcess(appConfig([endpoint.url], { timeouts: { idle: "60s" } }));
    const most = gateway.watch();
    const responses = await Promise.all(Array.from({ length: 20 }, () => ask(gateway.port)));
    expect(await standsStill(() => sentBy(endpoint))).toBeLessThan(20 * size);
    const stopped = most();
    const hashes = await Promise.all(responses.map(hashOf));
    expect(new Set(hashes)).toEqual(new Set([expectedHash(size)]));
    console.log(`RSS with twenty stopped readers: ${mega(stopped)}, while they went on: ${mega(most())}`);
    expect(most()).toBeLessThan(LIMIT);
    expect(gateway.died).toBe(false);
  }, 40_000);

  it("with 200 MB for an endpoint that has stopped reading, which then gets them all", async () => {
    const size = 200 * MEGABYTE;
    let goOn: () => void = () => {};
    const waiting = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const endpoint = await startEndpoint((request, response) => {
      request.pause();
      void waiting.then(() => hashOf(request)).then((hash) => response.end(hash));
    });
    const gateway = await startGatewayProcess(
      appConfig([endpoint.url], { timeouts: { request: "60s" } }, { limits: { bodyBytes: "300MB" } }),
    );
    const most = gateway.watch();
    const request = httpRequest({ port: gateway.port, host: "127.0.0.1", method: "PUT" });
    request.setHeader("content-length", size);
    const answer = new Promise<IncomingMessage>((resolve, reject) => {
      request.once("response", resolve).once("error", reject);
    });
    void send(request, size);
    await until(() => request.socket);
    const stood = await standsStill(() => (request.socket?.bytesWritten ?? 0) - (request.socket?.writableLength ?? 0));
    expect(stood).toBeLessThan(size / 2);
    const stopped = most();
    goOn();
    let hash = "";
    for await (const chunk of await answer) hash += chunk;
    expect(hash).toBe(expectedHash(size));
    console.log(`RSS with one stopped endpoint of 200 MB: ${mega(stopped)}, while it went on: ${mega(most())}`);
    expect(most()).toBeLessThan(LIMIT);
    expect(gateway.died).toBe(false);
  }, 40_000);
});

function mega(octets: number): string {
  return `${Math.round(octets / MEGABYTE)} MB`;
}
