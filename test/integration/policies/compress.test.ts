import { createHook } from "node:async_hooks";
import { request } from "node:http";
import { connect } from "node:http2";
import type { Readable } from "node:stream";
import { brotliDecompressSync, createGunzip, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { ask, WIRES, type Wire } from "../../helpers/wires.ts";

const LONG = JSON.stringify({ list: Array.from({ length: 300 }, (_, id) => ({ id, name: `user ${id}` })) });
const HUGE = Array.from({ length: 200_000 }, (_, i) => `line ${i} ${Math.imul(i, 2654435761)}\n`).join("");

/** An endpoint with a response for each path, behind a gateway with `compress`. */
async function startApp(compress: object = {}) {
  const endpoint = await startEndpoint((asked, response) => {
    response.setHeader("content-type", "application/json");
    response.setHeader("etag", '"v1"');
    response.setHeader("accept-ranges", "bytes");
    const path = asked.url ?? "";
    if (asked.headers["if-none-match"]?.includes('"v1"')) response.writeHead(304).end();
    else if (path === "/long") response.setHeader("content-length", LONG.length).end(LONG);
    else if (path === "/short") response.end("{}");
    else if (path === "/short-chunked") response.writeHead(200).end("{}");
    else if (path === "/chunked") void response.write(LONG, () => response.end());
    else if (path === "/huge") response.setHeader("content-type", "text/plain").end(HUGE);
    else if (path === "/png") response.setHeader("content-type", "image/png").end(LONG);
    else if (path === "/coded") response.setHeader("content-encoding", "gzip").end(LONG);
    else if (path === "/range") response.setHeader("content-range", "bytes 0-1/9").writeHead(206).end("ab");
    else if (path === "/empty") response.writeHead(204).end();
  });
  const gateway = await startGateway({
    services: { app: [endpoint.url] },
    policies: { compress },
    routes: [
      { match: "/", service: "app" },
      { match: "/own", respond: { status: 200, headers: { "content-type": "text/plain" }, body: LONG } },
    ],
  });
  return { endpoint, ...gateway };
}

interface Opened {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: Readable;
}

/** A response whose body can be read piece by piece, as it comes. */
function openResponse(wire: Wire, port: number, path: string, accept = "gzip"): Promise<Opened> {
  const fields = { "accept-encoding": accept };
  return new Promise((resolve, reject) => {
    if (wire === "HTTP/1.1") {
      const asking = request({ host: "127.0.0.1", port, path, headers: fields, agent: false }, (body) => {
        resolve({ status: body.statusCode ?? 0, headers: body.headers, body });
      });
      asking.on("error", reject).end();
      return;
    }
    const session = connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    session.on("error", reject);
    const body = session.request({ ":path": path, ...fields });
    body.on("error", reject);
    body.on("response", ({ ":status": status = 0, ...headers }) => resolve({ status, headers, body }));
  });
}

async function fetchOctets(wire: Wire, port: number, path: string, accept: string) {
  const { body, ...head } = await openResponse(wire, port, path, accept);
  const parts: Buffer[] = [];
  for await (const part of body) parts.push(part);
  return { ...head, octets: Buffer.concat(parts) };
}

/** Streams of zlib that hold memory outside of the heap. */
const compressions = new Set<object>();

const zlibWatch = createHook({
  init(_id, type, _trigger, resource: { close?: () => void }) {
    if (type !== "ZLIB") return;
    const { close } = resource;
    compressions.add(resource);
    resource.close = () => {
      compressions.delete(resource);
      close?.call(resource);
    };
  },
});
beforeAll(() => void zlibWatch.enable());
afterAll(() => void zlibWatch.disable());

describe.each(WIRES)("compress over %s", (wire) => {
  it.each([
    ["gzip", gunzipSync],
    ["br", brotliDecompressSync],
  ] as const)("codes in %s what the client can decode", async (coding, decode) => {
    const { port } = await startApp();
    for (const [path, body] of [
      ["/long", LONG],
      ["/chunked", LONG],
      ["/huge", HUGE],
      ["/own", LONG],
    ] as const) {
      const { octets, headers, status } = await fetchOctets(wire, port, path, coding);
      expect([status, headers["content-encoding"], headers["vary"]]).toEqual([200, coding, "Accept-Encoding"]);
      // Where the body came whole in one read, its coded length is known in time.
      expect(["undefined", String(octets.length)]).toContain(String(headers["content-length"]));
      expect(headers["accept-ranges"]).toBeUndefined();
      expect(headers["etag"]).toBe(path === "/own" ? undefined : 'W/"v1"');
      expect(octets.length).toBeLessThan(body.length / 2);
      expect(decode(octets).toString() === body).toBe(true);
    }
  });

  it("leaves alone what is not worth it or not allowed", async () => {
    const { port } = await startApp();
    const whole = await fetchOctets(wire, port, "/short-chunked", "gzip");
    expect([whole.headers["content-length"], whole.headers["vary"], String(whole.octets)]).toEqual([
      "2",
      undefined,
      "{}",
    ]);
    for (const path of ["/short", "/png", "/coded", "/range", "/empty"]) {
      const [asIs, coded] = [
        await fetchOctets(wire, port, path, "identity"),
        await fetchOctets(wire, port, path, "gzip"),
      ];
      const { date: _, "x-request-id": __, ...fields } = asIs.headers;
      expect(coded.headers).toMatchObject(fields);
      expect([coded.headers["vary"], coded.octets]).toEqual([undefined, asIs.octets]);
    }
  });

  it("gives HEAD the fields of GET, and a 304 to the tag that it has given", async () => {
    const { port } = await startApp();
    const head = await ask(wire, port, { method: "HEAD", path: "/long", headers: { "accept-encoding": "gzip" } });
    const get = await fetchOctets(wire, port, "/long", "gzip");
    const shown = ({ headers }: { readonly headers: Readonly<Record<string, unknown>> }) =>
      ["content-encoding", "content-length", "vary", "etag", "accept-ranges"].map((name) => headers[name]);
    expect(shown(head)).toEqual(["gzip", undefined, "Accept-Encoding", 'W/"v1"', undefined]);
    expect(shown(get)).toEqual(shown(head));
    const headers = { "accept-encoding": "gzip", "if-none-match": 'W/"v1"' };
    const again = await ask(wire, port, { path: "/long", headers });
    expect([again.status, again.headers["etag"], again.text]).toEqual([304, 'W/"v1"', ""]);
  });

  it("compresses the gateway's own errors as well as any response", async () => {
    const { port } = await startGateway({
      services: { app: ["http://127.0.0.1:1"] },
      routes: [{ match: "/", service: "app", policies: { compress: { minBytes: "1B" } } }],
    });
    const { status, headers, octets } = await fetchOctets(wire, port, "/", "gzip");
    expect([status, headers["content-encoding"]]).toEqual([502, "gzip"]);
    expect(JSON.parse(gunzipSync(octets).toString()).code).toBe("GW0301");
  });

  it("lets a slow stream live: what the endpoint has sent, the client can read", async () => {
    let send: (text: string) => void = () => {};
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("content-type", "application/x-ndjson");
      response.flushHeaders();
      send = (text) => void response.write(text);
    });
    const { port, gateway } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { compress: {} } }],
    });
    // The head comes before anything of the body is there.
    const response = (await openResponse(wire, port, "/")).body;
    const decoded = response.pipe(createGunzip());
    decoded.on("error", () => {});
    let text = "";
    decoded.on("data", (part: Buffer) => {
      text += part.toString();
    });
    let sent = "";
    for (let i = 0; i < 5; i++) {
      send(`{"event":${i}}\n`);
      sent += `{"event":${i}}\n`;
      await until(() => text === sent);
    }
    response.destroy();
    decoded.destroy();
    await until(() => atRest(gateway) && compressions.size === 0);
  });

  it("leaves event streams as they are", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("content-type", "text/event-stream");
      response.write("data: 1\n\n");
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { compress: { minBytes: "1B", types: ["*/*"] } } }],
    });
    const response = (await openResponse(wire, port, "/")).body;
    expect(String(await new Promise((resolve) => response.once("data", resolve)))).toBe("data: 1\n\n");
    response.destroy();
  });

  it("waits for a client that does not read, and lets go of everything when it leaves", async () => {
    let sent = 0;
    const block = Buffer.alloc(64 * 1024);
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("content-type", "text/plain");
      const push = (): void => {
        for (let i = 0; i < block.length; i += 4) block.writeInt32LE(Math.imul(sent + i, 2654435761), i);
        sent += block.length;
        if (response.write(Buffer.from(block))) setImmediate(push);
        else response.once("drain", push);
      };
      push();
    });
    const { port, gateway } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { compress: {} } }],
    });
    const response = (await openResponse(wire, port, "/", "br")).body;
    let last = -1;
    while (sent !== last) {
      last = sent;
      await pause(50);
      await pause(50);
    }
    // What fits into sockets' buffers, some megabytes, and not all that the endpoint would send.
    expect(sent).toBeLessThan(64 * 1024 * 1024);
    expect(compressions.size).toBe(1);
    response.destroy();
    await until(() => atRest(gateway) && compressions.size === 0);
  });

  it("leaves no compression behind, however many clients leave in the middle", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("content-type", "text/plain");
      response.write(HUGE.slice(0, 300_000));
    });
    const { port, gateway } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { compress: {} } }],
    });
    for (let i = 0; i < 20; i++) (await openResponse(wire, port, "/", i % 2 === 0 ? "br" : "gzip")).body.destroy();
    await until(() => atRest(gateway) && compressions.size === 0);
  });

  it("does not pass a cut response off as a whole one", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("content-type", "text/plain");
      response.write(HUGE.slice(0, 100_000));
      setTimeout(() => response.destroy(), 20);
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [{ match: "/", service: "app", policies: { compress: {} } }],
    });
    await expect(fetchOctets(wire, port, "/", "gzip")).rejects.toThrow();
  });
});
