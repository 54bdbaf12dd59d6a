import { constants } from "node:http2";
import { createServer } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { buffersInUse } from "../../helpers/memory.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { startAuthority, startSecureEndpoint } from "../endpoint-tls/secure-endpoint.ts";
import {
  bodyOf,
  type Http2Behaviour,
  type Http2Endpoint,
  type Http2Request,
  startHttp2Endpoint,
} from "./http2-endpoint.ts";

async function start(behaviour?: Http2Behaviour, service: object = {}, options: object = {}) {
  const endpoint = await startHttp2Endpoint(behaviour, options);
  return { endpoint, ...(await startGateway(appConfig([endpoint.url], { http2: true, ...service }))) };
}

const ok: Http2Behaviour = ({ stream }) => {
  if (stream.destroyed) return;
  stream.respond({ ":status": 200 });
  stream.end("ok");
};

/** Holds every stream until it is told to answer all. */
function gate() {
  const waiting: Parameters<Http2Behaviour>[0][] = [];
  let isOpen = false;
  const behaviour: Http2Behaviour = (request) => {
    if (isOpen) ok(request);
    else waiting.push(request);
  };
  return {
    behaviour,
    waiting,
    open: () => {
      isOpen = true;
      for (const request of waiting) ok(request);
    },
  };
}

const ask = async (url: string, init?: RequestInit) => {
  const response = await fetch(url, init);
  return { status: response.status, text: await response.text() };
};

const settled = (gateway: Parameters<typeof atRest>[0]) =>
  until(
    () => atRest(gateway),
    () => JSON.stringify(inUse(gateway)),
  );

describe("exchanges share connections", () => {
  it("100 at a time have one", async () => {
    const { behaviour, open, waiting } = gate();
    const { url, endpoint, gateway } = await start(behaviour);
    const all = Promise.all(Array.from({ length: 100 }, () => ask(url)));
    await until(() => waiting.length === 100);
    open();
    expect((await all).every(({ status, text }) => status === 200 && text === "ok")).toBe(true);
    expect(endpoint.sessions).toHaveLength(1);
    await settled(gateway);
  });

  it("more are opened when the endpoint takes no more streams, and never more streams than it takes", async () => {
    const { behaviour, open, waiting } = gate();
    const { url, endpoint } = await start(behaviour, {}, { settings: { maxConcurrentStreams: 5 } });
    const all = Promise.all(Array.from({ length: 23 }, () => ask(url)));
    await until(() => waiting.length === 23);
    const perConnection = new Map<number, number>();
    for (const { connection } of waiting) perConnection.set(connection, (perConnection.get(connection) ?? 0) + 1);
    open();
    expect((await all).map(({ status }) => status)).toEqual(Array(23).fill(200));
    // ceil(23 / 5): the surplus of the first connection, which was opened before the limit was known, finds places.
    expect(endpoint.sessions).toHaveLength(5);
    expect([...perConnection.values()].sort((a, b) => a - b)).toEqual([3, 5, 5, 5, 5]);
  });

  it("1,000 requests over 50 clients need no second one", async () => {
    const { url, endpoint, gateway } = await start();
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all(Array.from({ length: 50 }, () => ask(url)));
      expect(answers.every(({ status }) => status === 200)).toBe(true);
    }
    expect(endpoint.requests).toHaveLength(1000);
    expect(endpoint.sessions).toHaveLength(1);
    await settled(gateway);
  });

  it("the place of one whose client has gone is free for others", async () => {
    const { behaviour, open, waiting } = gate();
    const { url, port, endpoint } = await start(behaviour, {}, { settings: { maxConcurrentStreams: 1 } });
    const first = await connectWire(port);
    first.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => waiting.length === 1);
    first.socket.resetAndDestroy();
    await until(() => endpoint.open() === 0);
    open();
    expect((await ask(url)).status).toBe(200);
    expect(endpoint.sessions).toHaveLength(1);
  });
});

describe("an endpoint that restarts", () => {
  it("by GOAWAY loses no request, of whatever method, that it has not looked at", async () => {
    // The first three streams are acted on; GOAWAY names the third, though seven more have come.
    let acted = 0;
    const endpoint = await startHttp2Endpoint((request) => {
      const { stream, connection } = request;
      if (connection > 0) return ok(request);
      const id = stream.id as number;
      if (id > 5) return;
      acted++;
      if (id === 5) {
        setTimeout(() => {
          stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 5);
          for (const one of endpoint.requests) if ((one.stream.id as number) <= 5) ok(one);
        }, 20);
      }
    });
    const { url, gateway, finished } = await startGateway(appConfig([endpoint.url], { http2: true }));
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(url, { method: "POST", body: "once" })));
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(200));
    expect([acted, endpoint.sessions.length]).toEqual([3, 2]);
    expect(finished.filter(({ attempts }) => attempts === 2)).toHaveLength(7);
    expect(gateway.service("app").upstream.snapshot().endpoints[0]).toMatchObject({ health: "healthy" });
    await settled(gateway);
  });

  it("lets what it has begun with finish, and has new requests on a new connection", async () => {
    const { behaviour, waiting, open } = gate();
    const { url, endpoint } = await start(behaviour);
    const first = ask(url);
    await until(() => waiting.length === 1);
    endpoint.sessions[0]?.close();
    await pause(20);
    const second = ask(url);
    await until(() => waiting.length === 2);
    open();
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(waiting.map(({ connection }) => connection)).toEqual([0, 1]);
  });

  it("one after the other, under load, loses no GET", async () => {
    const endpoints = [await startHttp2Endpoint(), await startHttp2Endpoint()];
    const urls = endpoints.map(({ url }) => url);
    const { url, gateway } = await startGateway(appConfig(urls, { http2: true }));
    let isRunning = true;
    onTestFinished(() => {
      isRunning = false;
    });
    const statuses: number[] = [];
    const client = async (): Promise<void> => {
      while (isRunning) statuses.push((await ask(url)).status);
    };
    const clients = Array.from({ length: 8 }, client);
    for (let turn = 0; turn < 2; turn++) {
      const old = endpoints[turn] as Http2Endpoint;
      await until(() => old.requests.length >= 20);
      await old.shutDown();
      endpoints[turn] = await startHttp2Endpoint(undefined, {}, old.port);
      await until(() => (endpoints[turn] as Http2Endpoint).requests.length >= 20);
    }
    isRunning = false;
    await Promise.all(clients);
    expect(new Set(statuses)).toEqual(new Set([200]));
    await settled(gateway);
  });
});

describe("a stream that is reset before an answer", () => {
  it.each([
    ["REFUSED_STREAM", constants.NGHTTP2_REFUSED_STREAM, "POST", 2, 200],
    ["CANCEL", constants.NGHTTP2_CANCEL, "GET", 2, 200],
    ["CANCEL", constants.NGHTTP2_CANCEL, "POST", 1, 502],
    ["INTERNAL_ERROR", constants.NGHTTP2_INTERNAL_ERROR, "GET", 2, 200],
    ["INTERNAL_ERROR", constants.NGHTTP2_INTERNAL_ERROR, "POST", 1, 502],
    ["ENHANCE_YOUR_CALM", constants.NGHTTP2_ENHANCE_YOUR_CALM, "POST", 1, 502],
    ["PROTOCOL_ERROR", constants.NGHTTP2_PROTOCOL_ERROR, "GET", 1, 502],
    ["HTTP_1_1_REQUIRED", constants.NGHTTP2_HTTP_1_1_REQUIRED, "GET", 1, 502],
    ["NO_ERROR", constants.NGHTTP2_NO_ERROR, "GET", 2, 200],
  ])("with %s (%i): a %s is sent %i times and answered %i", async (_, code, method, times, status) => {
    const { url, endpoint, gateway } = await start((request) => {
      if (endpoint.requests.length > 1) return ok(request);
      request.stream.close(code);
    });
    const answer = await ask(url, { method, ...(method === "POST" ? { body: "x" } : {}) });
    expect([answer.status, endpoint.requests.length]).toEqual([status, times]);
    expect(endpoint.sessions).toHaveLength(1);
    await settled(gateway);
  });

  it("is told with its code", async () => {
    const { url } = await start(({ stream }) => stream.close(constants.NGHTTP2_ENHANCE_YOUR_CALM), {
      retry: { attempts: 0 },
    });
    const { status, text } = await ask(url);
    expect([status, text.includes("GW0303")]).toEqual([502, true]);
    expect(text).toContain("ENHANCE_YOUR_CALM");
  });
});

describe("an answer that is cut short is seen as cut short", () => {
  const cuts: [string, (request: Http2Request, endpoint: Http2Endpoint) => void][] = [
    ["by RST_STREAM", ({ stream }) => stream.close(constants.NGHTTP2_INTERNAL_ERROR)],
    ["by RST_STREAM with NO_ERROR", ({ stream }) => stream.close(constants.NGHTTP2_NO_ERROR)],
    ["by the end of the connection", (_request, endpoint) => endpoint.sockets[0]?.destroy()],
    ["by a reset of the connection", (_request, endpoint) => endpoint.sockets[0]?.resetAndDestroy()],
    [
      "by GOAWAY with an error",
      ({ stream }) => stream.session?.destroy(new Error("x"), constants.NGHTTP2_INTERNAL_ERROR),
    ],
  ];
  it.each(cuts)("%s", async (_, cut) => {
    const { port, gateway, endpoint } = await start((request) => {
      // Waiting for trailers keeps node:http2 from ending the body in good order before it resets the stream.
      request.stream.respond({ ":status": 200 }, { waitForTrailers: true });
      request.stream.write("begin", () => setTimeout(() => cut(request, endpoint), 20));
    });
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => client.closed || client.ended);
    const text = client.received().toString("latin1");
    expect(text).toContain("begin");
    expect(text).not.toContain("\r\n0\r\n");
    await settled(gateway);
  });

  it("by a body shorter than its length", async () => {
    const { port } = await start(({ stream }) => {
      stream.respond({ ":status": 200, "content-length": 10 });
      stream.end("begin");
    });
    const client = await connectWire(port);
    client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => client.closed || client.ended);
    expect(client.received().toString("latin1").endsWith("begin")).toBe(true);
  });
});

describe("an endpoint that does not speak HTTP/2", () => {
  it("but HTTP/1.1: 502 says so", async () => {
    const endpoint = await startEndpoint();
    const { url } = await startGateway(appConfig([endpoint.url], { http2: true, retry: { attempts: 0 } }));
    const { status, text } = await ask(url);
    expect([status, text.includes("GW0306")]).toEqual([502, true]);
    expect(text).toContain("it does not speak HTTP/2");
    expect(endpoint.requests).toEqual([]);
  });

  it("but HTTP/1.1 over TLS: 502 says so", async () => {
    const { own, baseDirectory } = await startAuthority();
    const endpoint = await startSecureEndpoint(own);
    const service = { http2: true, tls: { ca: "ca.pem" }, retry: { attempts: 0 } };
    const { url } = await startGateway(appConfig([`https://localhost:${endpoint.port}`], service), { baseDirectory });
    const { status, text } = await ask(url);
    expect([status, text.includes("it does not speak HTTP/2")]).toEqual([502, true]);
  });

  it("but nothing: the connection times out", async () => {
    const server = createServer((socket) => socket.on("error", () => {}));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as { port: number };
    const service = { http2: true, retry: { attempts: 0 }, timeouts: { connect: "150ms" } };
    const { url } = await startGateway(appConfig([`http://127.0.0.1:${port}`], service));
    const { status, text } = await ask(url);
    expect([status, text.includes("GW0305")]).toEqual([504, true]);
  });

  it("because it is not there: the next one is asked", async () => {
    const gone = await startHttp2Endpoint();
    await gone.kill();
    const there = await startHttp2Endpoint();
    const { url } = await startGateway(appConfig([gone.url, there.url], { http2: true }));
    for (let i = 0; i < 3; i++) expect((await ask(url, { method: "POST", body: "x" })).status).toBe(200);
  });
});

it("a client that has stopped holds no more than its windows, and does not stop others on the connection", async () => {
  let sent = 0;
  const { port, url, gateway, endpoint } = await start(({ stream, headers }) => {
    stream.respond({ ":status": 200 });
    if (headers[":path"] === "/small") return void stream.end("ok");
    const part = Buffer.alloc(64 * 1024);
    const write = (): void => {
      do sent += part.length;
      while (stream.write(part));
    };
    stream.on("drain", write);
    write();
  });
  const before = await buffersInUse();
  const client = await connectWire(port);
  client.socket.pause();
  client.send("GET /big HTTP/1.1\r\nhost: a\r\n\r\n");
  let last = -1;
  while (last !== sent) {
    last = sent;
    await pause(50);
    await pause(50);
  }
  // Kernels keep megabytes between the gateway and its client; the process itself, its windows and the endpoint's.
  expect(sent).toBeLessThan(20 * 1024 * 1024);
  expect((await buffersInUse()) - before).toBeLessThan(2 * 1024 * 1024);
  for (let i = 0; i < 5; i++) expect((await ask(`${url}/small`)).text).toBe("ok");
  expect(endpoint.sessions).toHaveLength(1);
  client.socket.resetAndDestroy();
  await settled(gateway);
});

it("an endpoint that does not read holds its client back", async () => {
  const { port, gateway, endpoint } = await start(({ stream }) => void stream.pause());
  const client = await connectWire(port);
  const size = 90 * 1024 * 1024;
  client.send(`POST / HTTP/1.1\r\nhost: a\r\ncontent-length: ${size}\r\n\r\n`);
  const part = Buffer.alloc(256 * 1024);
  let written = 0;
  const before = await buffersInUse();
  while (client.socket.writableLength === 0 && written < size) {
    client.socket.write(part);
    written += part.length;
    await pause(1);
  }
  expect(client.received().toString()).toBe("");
  expect(written).toBeLessThan(40 * 1024 * 1024);
  expect((await buffersInUse()) - before).toBeLessThan(4 * 1024 * 1024);
  // Who is not read from is not noticed to have gone; the end of the endpoint ends it.
  await endpoint.kill();
  await settled(gateway);
});

it("a body larger than the retry limit is sent once, whatever becomes of it", async () => {
  const { url, endpoint } = await start(({ stream }) => {
    stream.once("data", () => stream.close(constants.NGHTTP2_REFUSED_STREAM));
  });
  const { status } = await ask(url, { method: "PUT", body: Buffer.alloc(1024 * 1024) });
  expect([status, endpoint.requests.length]).toEqual([502, 1]);
});

it("an answer that came with 503 is thrown away, and its connection used again", async () => {
  const { url, endpoint, gateway } = await start(
    async (request) => {
      await bodyOf(request.stream);
      if (endpoint.requests.length > 1) return ok(request);
      request.stream.respond({ ":status": 503 });
      request.stream.end("no");
    },
    { retry: { on: [503] } },
  );
  expect(await ask(url)).toEqual({ status: 200, text: "ok" });
  expect(endpoint.sessions).toHaveLength(1);
  await settled(gateway);
});

it.each(["path", "tcp"])("its health is checked in HTTP/2, by %s", async (kind) => {
  const changes: string[] = [];
  const endpoint = await startHttp2Endpoint();
  const health = kind === "path" ? { path: "/healthz", interval: "20ms" } : { tcp: true, interval: "20ms" };
  const plain = await startEndpoint();
  const { gateway } = await startGateway(appConfig([endpoint.url, plain.url], { http2: true, health }), {
    onHealthChange: ({ endpoint: id, to }) => changes.push(`${id} ${to}`),
  });
  await until(() => endpoint.sessions.length >= 3 && changes.length >= 2);
  expect(changes.sort()).toEqual([`${endpoint.url} healthy`, `${plain.url} unhealthy`].sort());
  if (kind === "path") expect(endpoint.requests[0]?.headers[":path"]).toBe("/healthz");
  const [, second] = gateway.service("app").upstream.snapshot().endpoints;
  expect(JSON.stringify(second)).toContain("does not speak HTTP/2");
});
