import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, startGateway } from "../../helpers/gateway.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { startWireEndpoint, ok } from "../../helpers/wire-endpoint.ts";
import {
  ACK,
  continuedHeaders,
  data,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  GET,
  headerBlock,
  headers,
  POST,
  reset,
  settings,
  windowUpdate,
} from "./frames.ts";
import { connectHttp2 } from "./raw-client.ts";

const MIB = 1024 * 1024;

/** Every odd stream from 1 on. */
const ids = (count: number): number[] => Array.from({ length: count }, (_, i) => 2 * i + 1);

async function start(limits: Readonly<Record<string, unknown>> = {}) {
  const endpoint = await startWireEndpoint({
    onRequest: (request, socket) => void (request.target === "/x" && socket.write(ok("x"))),
  });
  return { endpoint, ...(await startGateway(appConfig([endpoint.url], {}, { limits }))) };
}

const SILENT = [...GET.slice(0, 3), [":path", "/silent"]] as const;

/** A request on a connection of its own is answered: whatever others do, the gateway serves. */
async function stillServes(port: number): Promise<void> {
  const client = await connectHttp2(port);
  client.send(headers(1, GET));
  expect(await client.ending(1)).toBe("200");
  client.socket.destroy();
}

describe("rapid reset (CVE-2023-44487)", () => {
  it("in one write is answered with GOAWAY, and the endpoint is spared", async () => {
    const { endpoint, port, gateway } = await start();
    const client = await connectHttp2(port);
    client.send(...ids(900).flatMap((id) => [headers(id, [...SILENT]), reset(id)]));
    await until(() => client.closed, "the connection was kept");
    expect(client.goaway).toBe("ENHANCE_YOUR_CALM");
    expect(endpoint.requests.length).toBe(0);
    await until(() => atRest(gateway) && gateway.connections === 0);
    await stillServes(port);
  });

  it.each(["GET", "HEAD", "POST"])(
    "one by one, each when its %s has got through, ends after the burst that is allowed",
    async (method) => {
      const { endpoint, port, gateway } = await start();
      const client = await connectHttp2(port);
      let sent = 0;
      for (const id of ids(400)) {
        if (client.closed) break;
        client.send(headers(id, [[":method", method], ...SILENT.slice(1)], method !== "POST"));
        sent++;
        await until(() => endpoint.sockets.length === sent || client.closed);
        client.send(reset(id));
      }
      await until(() => client.closed, "the connection was kept");
      expect(client.goaway).toBe("ENHANCE_YOUR_CALM");
      // 100 at once, and 50 a second while it went on.
      expect(sent).toBeGreaterThan(100);
      expect(sent).toBeLessThan(350);
      await until(() => atRest(gateway) && gateway.connections === 0);
    },
  );

  it("does not touch who gives up one in two", async () => {
    const { port } = await start();
    const client = await connectHttp2(port);
    for (const id of ids(600)) {
      const given = id % 4 === 1;
      client.send(headers(id, given ? [...SILENT] : GET), ...(given ? [reset(id)] : []));
      if (!given) expect(await client.ending(id)).toBe("200");
    }
    expect([client.goaway, client.closed]).toEqual([undefined, false]);
  });

  it("by making the gateway reset (CVE-2025-8671) ends alike", async () => {
    const { endpoint, port, gateway } = await start();
    const client = await connectHttp2(port);
    // A body longer than announced is an error of its stream alone.
    const frames = ids(900).flatMap((id) => [headers(id, [...POST, ["content-length", "1"]], false), data(id, "abc")]);
    client.send(...frames);
    await until(() => client.closed, "the connection was kept");
    expect(client.goaway).toMatch(/ENHANCE_YOUR_CALM|INTERNAL_ERROR/);
    expect(endpoint.requests.length).toBe(0);
    await until(() => atRest(gateway) && gateway.connections === 0);
  });
});

describe("a flood", () => {
  it.each([
    ["of empty DATA", [headers(1, POST, false), ...Array.from({ length: 5_000 }, () => data(1, "", false))]],
    [
      "of CONTINUATIONs",
      [
        frame(FRAME.HEADERS, END_STREAM, 1, headerBlock(GET)),
        ...Array.from({ length: 5_000 }, () => frame(FRAME.CONTINUATION, 0, 1)),
      ],
    ],
    [
      "of CONTINUATIONs with fields",
      [
        frame(FRAME.HEADERS, END_STREAM, 1, headerBlock(GET)),
        ...Array.from({ length: 5_000 }, () => frame(FRAME.CONTINUATION, 0, 1, headerBlock([["x", "y".repeat(1000)]]))),
      ],
    ],
    [
      "of SETTINGS with many values",
      Array.from({ length: 50 }, () => settings(...Array.from({ length: 2_000 }, () => [4, 65_535] as const))),
    ],
    ["of streams that are not allowed any more", ids(5_000).map((id) => headers(id, [...SILENT]))],
    ["of HEADERS that are malformed", ids(5_000).map((id) => headers(id, [...GET, ["connection", "x"]]))],
  ])("%s ends the connection", async (_, frames) => {
    const { endpoint, port, gateway } = await start({ headerTimeout: "1s", keepAliveTimeout: "1s" });
    const client = await connectHttp2(port);
    client.send(...frames);
    await until(() => client.goaway !== undefined || client.closed, "it was put up with");
    client.socket.destroy();
    expect(endpoint.requests.length).toBeLessThanOrEqual(101);
    await until(() => atRest(gateway) && gateway.connections === 0);
    await stillServes(port);
  });

  it.each([
    ["of PING", () => frame(FRAME.PING, 0, 0, Buffer.alloc(8))],
    ["of SETTINGS", () => settings([4, 65_535])],
    ["of PRIORITY", (i: number) => frame(FRAME.PRIORITY, 0, 2 * (i % 50_000) + 101, Buffer.from([0, 0, 0, 1, 16]))],
    ["of WINDOW_UPDATE", () => windowUpdate(0, 1)],
    ["of unknown frames", () => frame(0xfa, 0, 0, Buffer.alloc(10))],
    ["of acknowledged PINGs that were not sent", () => frame(FRAME.PING, ACK, 0, Buffer.alloc(8))],
  ])("%s by a client that does not read costs no memory", async (_, make) => {
    const { port, gateway } = await start();
    const client = await connectHttp2(port);
    await until(() => client.frames.length > 0);
    client.socket.pause();
    const before = process.memoryUsage().rss;
    const batch = Buffer.concat(Array.from({ length: 2_000 }, (_unused, i) => make(i)));
    for (let i = 0; i < 100 && !client.closed; i++) {
      if (!client.socket.write(batch)) {
        await until(() => client.socket.writableLength === 0 || client.closed, "", 300).catch(() => {});
      }
    }
    await stillServes(port);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * MIB);
    client.socket.destroy();
    await until(() => gateway.connections === 0);
  });

  it("of header lists that are small on the wire and large when read (HPACK bomb) is cut", async () => {
    const { endpoint, port } = await start();
    const client = await connectHttp2(port);
    // One entry of 4000 octets goes to the dynamic table (RFC 7541 section 6.2.1), and is meant 10000 times (0xbe: index 62).
    const entry = Buffer.concat([
      Buffer.from([0x40]),
      Buffer.from([1, 0x78]),
      Buffer.from([0x7f, 0xa1, 0x1e]),
      Buffer.alloc(4000, 0x79),
    ]);
    const before = process.memoryUsage().rss;
    for (const id of ids(90)) {
      const block = Buffer.concat([id === 1 ? entry : Buffer.alloc(0), headerBlock(GET), Buffer.alloc(10_000, 0xbe)]);
      // Pseudo-header fields come first.
      const inOrder = id === 1 ? Buffer.concat([headerBlock(GET), entry, Buffer.alloc(10_000, 0xbe)]) : block;
      client.send(frame(FRAME.HEADERS, END_HEADERS | END_STREAM, id, inOrder));
    }
    await until(() => client.seen(1) !== "" || client.closed);
    expect(client.closed ? `goaway ${client.goaway}` : client.seen(1)).toMatch(/ENHANCE_YOUR_CALM/);
    expect(endpoint.requests).toHaveLength(0);
    expect(process.memoryUsage().rss - before).toBeLessThan(60 * MIB);
    await stillServes(port);
  });
});

describe("memory stays bounded", () => {
  it("while a client opens 100 large answers and takes none of them", async () => {
    const large = Buffer.alloc(8 * MIB, "x");
    const endpoint = await startEndpoint((_request, response) => void response.end(large));
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port, { settings: [[4, 0]] });
    const before = await buffersInUse();
    client.send(...ids(100).map((id) => headers(id, GET)));
    await until(() => endpoint.requests.length === 100);
    for (let i = 0; i < 10; i++) await pause(50);
    // What one read of each endpoint brought, and nothing behind it.
    expect((await buffersInUse()) - before).toBeLessThan(40 * MIB);
    client.socket.destroy();
    await until(() => atRest(gateway));
  });

  it.each([
    ["to an endpoint that does not read", true],
    ["to one that reads", false],
  ])("while a client sends bodies octet by octet %s, until it is told to calm down", async (_, stuck) => {
    const endpoint = await startWireEndpoint({ onConnection: (socket) => void (stuck && socket.pause()) });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port);
    const streams = ids(50);
    client.send(...streams.map((id) => headers(id, POST, false)));
    await until(() => endpoint.sockets.length === 50);
    const octets = Buffer.concat(Array.from({ length: 100 }, () => streams.map((id) => data(id, "x", false))).flat());
    const before = process.memoryUsage().rss;
    let sent = 0;
    while (!client.closed && sent < 20 * MIB) {
      if (client.socket.write(octets)) await new Promise((resolve) => setImmediate(resolve));
      else await until(() => client.socket.writableLength === 0 || client.closed);
      sent += octets.length;
    }
    expect(client.goaway).toBe("ENHANCE_YOUR_CALM");
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * MIB);
    await until(() => atRest(gateway) && gateway.connections === 0);
  });

  it("and small messages are none of that, however many", async () => {
    const endpoint = await startEndpoint((request, response) => {
      response.flushHeaders();
      request.on("data", (part: Buffer) => response.write(part));
      request.on("end", () => response.end());
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port);
    client.send(headers(1, POST, false));
    // 2.8 MB on the wire, 1 MB of messages: as gRPC sends empty ones.
    for (let i = 0; i < 200; i++) {
      client.send(...Array.from({ length: 1_000 }, () => data(1, "\0\0\0\0\0", false)));
      client.send(windowUpdate(0, 5_000), windowUpdate(1, 5_000));
      await until(() => client.body(1).length >= 5_000 * i);
    }
    client.send(data(1, "", true));
    expect(await client.ending(1)).toBe("200");
    expect(client.body(1)).toHaveLength(1_000_000);
  });

  it("while an endpoint sends interim responses without end to a client that does not read", async () => {
    const hint = `HTTP/1.1 103 Early Hints\r\nlink: </${"a".repeat(500)}.css>\r\n\r\n`.repeat(100);
    let told = 0;
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => {
        const timer = setInterval(() => {
          if (socket.writableLength < MIB) told += socket.write(hint) ? 100 : 100;
        }, 1);
        socket.once("close", () => clearInterval(timer));
      },
    });
    const { port, gateway } = await startGateway(appConfig([endpoint.url]));
    const client = await connectHttp2(port);
    await until(() => client.frames.length > 0);
    client.socket.pause();
    const before = process.memoryUsage().rss;
    client.send(headers(1, GET));
    await until(() => told > 60_000, "the endpoint was not read");
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * MIB);
    client.socket.destroy();
    await until(() => atRest(gateway));
  });
});

describe("a client that goes slow", () => {
  it("in its preface, its header block, or its body is cut in time", async () => {
    const { port, gateway } = await start({ headerTimeout: "100ms", bodyTimeout: "100ms", keepAliveTimeout: "300ms" });
    const [silent, open, slow] = [await connectHttp2(port), await connectHttp2(port), await connectHttp2(port)];
    open.send(continuedHeaders(1, GET, 20).subarray(0, 40));
    slow.send(headers(1, [...POST.slice(0, 3), [":path", "/silent"]], false), data(1, "a", false));
    expect(await slow.ending(1)).toMatch(/^408/);
    await until(() => silent.closed && open.closed && slow.closed, "one was kept");
    await until(() => atRest(gateway) && gateway.connections === 0);
  });
});
