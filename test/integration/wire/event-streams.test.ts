import { request as httpRequest, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { pause, until } from "../../helpers/eventually.ts";
import { appConfig, atRest, inUse, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ok, startWireEndpoint } from "../../helpers/wire-endpoint.ts";

interface Listener {
  headers: IncomingHttpHeaders;
  /** As they came: one string for each piece that the client's socket was given. */
  readonly pieces: string[];
  ended: boolean;
  cut: boolean;
  leave(): void;
}

/** Asks for a stream of events, as a browser's EventSource does. */
async function listen(port: number, path = "/"): Promise<Listener> {
  const listener: Listener = { headers: {}, pieces: [], ended: false, cut: false, leave: () => void request.destroy() };
  const headers = { accept: "text/event-stream", "accept-encoding": "gzip, deflate, br", "cache-control": "no-cache" };
  let there = false;
  const request = httpRequest({ port, host: "127.0.0.1", path, headers, agent: false }, (response) => {
    there = true;
    listener.headers = response.headers;
    response.on("data", (chunk) => listener.pieces.push(String(chunk)));
    response.on("end", () => {
      listener.ended = true;
    });
    response.on("error", () => {
      listener.cut = true;
    });
  });
  request.on("error", () => {});
  request.end();
  onTestFinished(() => void request.destroy());
  await until(() => there, "the head was held back");
  return listener;
}

/** An endpoint that holds every stream it is asked for. */
async function startStreams(fields: Readonly<Record<string, string>> = {}) {
  const open = new Set<ServerResponse>();
  const endpoint = await startEndpoint((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", ...fields });
    response.flushHeaders();
    open.add(response);
    response.once("close", () => open.delete(response));
  });
  return { endpoint, open };
}

describe("an event", () => {
  it("is with the client a few milliseconds after the endpoint has sent it, and alone", async () => {
    const { endpoint, open } = await startStreams();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const listener = await listen(port);
    const [response] = open;
    const took: number[] = [];
    for (let n = 0; n < 50; n++) {
      const began = performance.now();
      response?.write(`data: ${n}\n\n`);
      await until(() => listener.pieces.length > n);
      took.push(performance.now() - began);
    }
    expect(listener.pieces).toEqual(Array.from({ length: 50 }, (_, n) => `data: ${n}\n\n`));
    // `until` looks every 4 ms; half of them being later than 25 would be held back by something.
    expect(took.sort((a, b) => a - b)[25]).toBeLessThan(25);
  });

  it("that is begun is handed on before its end is there", async () => {
    const { endpoint, open } = await startStreams();
    const { port } = await startGateway(appConfig([endpoint.url]));
    const listener = await listen(port);
    const [response] = open;
    response?.write("data: the beg");
    await until(() => listener.pieces.join("") === "data: the beg");
    response?.write("inning\n\n");
    await until(() => listener.pieces.join("") === "data: the beginning\n\n");
  });

  it("comes as it is, whatever the client could decode, with the endpoint's own fields", async () => {
    const { endpoint, open } = await startStreams({ "cache-control": "no-cache", "x-accel-buffering": "no" });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const listener = await listen(port);
    for (const response of open) response.write(`data: ${"again and ".repeat(500)}\n\n`);
    await until(() => listener.pieces.join("").endsWith("\n\n"));
    expect(listener.headers).toMatchObject({
      "content-type": "text/event-stream",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    expect(listener.headers).not.toHaveProperty("content-encoding");
    expect(listener.headers).not.toHaveProperty("content-length");
  });

  it("of an endpoint that frames nothing, and ends by closing, is not held back either", async () => {
    const endpoint = await startWireEndpoint({
      onRequest: (_request, socket) => void socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"),
    });
    const { port } = await startGateway(appConfig([endpoint.url]));
    const listener = await listen(port);
    endpoint.sockets[0]?.write("data: 1\n\n");
    await until(() => listener.pieces.join("") === "data: 1\n\n");
    endpoint.sockets[0]?.end("data: 2\n\n");
    await until(() => listener.ended);
    expect(listener.pieces.join("")).toBe("data: 1\n\ndata: 2\n\n");
  });
});

describe("200 listeners", () => {
  it("each hear every event in order; whoever leaves is known to have left within a second", async () => {
    const { endpoint, open } = await startStreams();
    const { gateway, port, finished } = await startGateway(appConfig([endpoint.url]));
    const listeners = await Promise.all(Array.from({ length: 200 }, (_, i) => listen(port, `/${i}`)));
    expect(gateway.requestsInFlight).toBe(200);
    for (let n = 0; n < 20; n++) {
      for (const response of open) response.write(`data: ${n}\n\n`);
      await pause(5);
    }
    const all = Array.from({ length: 20 }, (_, n) => `data: ${n}\n\n`).join("");
    await until(() => listeners.every(({ pieces }) => pieces.join("").length === all.length));
    expect(listeners.every(({ pieces }) => pieces.join("") === all)).toBe(true);

    for (const listener of listeners.slice(0, 100)) listener.leave();
    await until(() => open.size === 100, "the endpoint was not told");
    for (const response of open) response.write("data: still here\n\n");
    await until(() => listeners.slice(100).every(({ pieces }) => pieces.at(-1)?.endsWith("still here\n\n")));
    for (const response of open) response.end();
    await until(() => listeners.slice(100).every(({ ended }) => ended));
    expect(listeners.some(({ cut, ended }) => cut && ended)).toBe(false);
    await until(
      () => finished.length === 200 && atRest(gateway),
      () => JSON.stringify(inUse(gateway)),
    );
  });
});

describe("how long a stream may live", () => {
  /** A clock that the test sets; deadlines are still looked at every 200 ms. */
  function manualClock() {
    let now = 1_000;
    return { now: () => now, advance: (ms: number) => void (now += ms) };
  }

  /** Lets so much time pass, and the gateway look at its deadlines in between. */
  async function pass(clock: ReturnType<typeof manualClock>, ms: number, steps: number): Promise<void> {
    for (let step = 0; step < steps; step++) {
      clock.advance(ms / steps);
      // Longer than from one look to the next.
      for (const began = performance.now(); performance.now() - began < 230; await pause(20));
    }
  }

  it("is for ever, as long as it says something within timeouts.idle; a comment will do", async () => {
    const clock = manualClock();
    const { endpoint, open } = await startStreams();
    const { port } = await startGateway(appConfig([endpoint.url], { timeouts: { request: "5s", idle: "60s" } }), {
      clock,
    });
    const listener = await listen(port);
    for (let minute = 0; minute < 5; minute++) {
      await pass(clock, 50_000, 1);
      for (const response of open) response.write(": still here\n\n");
      await until(() => listener.pieces.length === minute + 1);
      // The look that takes note of it.
      await pass(clock, 0, 1);
    }
    expect([listener.ended, listener.cut]).toEqual([false, false]);
    await pass(clock, 61_000, 1);
    await until(() => listener.cut, "its silence is put up with");
    await until(() => open.size === 0, "the endpoint was not told");
  });

  it("before its head is timeouts.request: a long poll of 25 seconds is answered, one of 31 is 504", async () => {
    const clock = manualClock();
    const endpoint = await startWireEndpoint();
    const { port, gateway } = await startGateway(appConfig([endpoint.url]), { clock });
    const client = await connectWire(port);
    client.send("GET /poll HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => endpoint.requests.length === 1);
    await pass(clock, 25_000, 2);
    endpoint.sockets[0]?.write(ok("news"));
    expect((await client.response()).text).toBe("news");
    client.send("GET /poll HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => endpoint.requests.length === 2);
    await pass(clock, 31_000, 1);
    expect((await client.response()).status).toBe(504);
    await until(() => endpoint.open() === 0 && atRest(gateway));
  });

  it("before its head is the route's own timeout, where it has one", async () => {
    const clock = manualClock();
    const endpoint = await startWireEndpoint();
    const { port } = await startGateway(
      {
        services: { app: { endpoints: [endpoint.url] } },
        routes: [{ match: "/", service: "app", timeout: "2m" }],
      },
      { clock },
    );
    const client = await connectWire(port);
    client.send("GET /poll HTTP/1.1\r\nhost: a\r\n\r\n");
    await until(() => endpoint.requests.length === 1);
    await pass(clock, 110_000, 2);
    endpoint.sockets[0]?.write(ok("news"));
    expect((await client.response()).text).toBe("news");
  });
});
