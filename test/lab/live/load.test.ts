import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { SyntheticEndpoints } from "../../../src/lab/live/synthetic-endpoints.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { percentile } from "../../../src/shared/histogram.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { createLoad, startAgenda, steadyTraffic } from "./support.ts";

/** A server that answers what `answer` gives to its n-th request; "" leaves it without an answer. */
async function rawServer(answer: (count: number, socket: Socket) => string): Promise<{ port: number }> {
  let count = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on("error", () => {});
    socket.on("data", () => socket.write(answer(count++, socket)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port };
}

/** Of the line of least squares through (i, values[i]): the time from one to the next, over all of them. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const sum = (of: (value: number, i: number) => number) => values.reduce((total, value, i) => total + of(value, i), 0);
  return sum((value, i) => (i - middle) * value) / sum((_, i) => (i - middle) ** 2);
}

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

/** A synthetic endpoint that works 0.1 ms on each request and stalls for 200 ms, 100 ms after the load began. */
async function stallingEndpoint() {
  const agenda = startAgenda();
  const endpoints = new SyntheticEndpoints([1], systemClock, agenda);
  await endpoints.start();
  onTestFinished(() => endpoints.stop());
  setTimeout(() => endpoints.stall(0, systemClock.now(), 200), 100);
  return { agenda, port: Number(new URL(endpoints.urls[0] ?? "").port) };
}

describe("an open loop", () => {
  it("sends at the rate that was asked for, to within 1 %", async () => {
    const plan = { loop: "open", requests: 300, meanGapMs: 1 } as const;
    const errors: number[] = [];
    // A busy machine may hold up one run, or two; a schedule that drifts, or a timer that is late, is wrong in each.
    for (let tries = 0; tries < 20 && !errors.some((error) => error < 0.01); tries++) {
      const arrivals: number[] = [];
      const { port } = await rawServer(() => {
        arrivals.push(systemClock.now());
        return OK;
      });
      const measures = await createLoad(port, { traffic: steadyTraffic(1), plan }).run();
      expect(measures.sent).toBe(300);
      errors.push(Math.abs(slope(arrivals) - 1));
    }
    expect(Math.min(...errors)).toBeLessThan(0.01);
  });

  it("shows a stall as all those felt it that were due meanwhile", async () => {
    const { agenda, port } = await stallingEndpoint();
    const measures = await createLoad(port, {
      agenda,
      traffic: steadyTraffic(2, "x-bench: 0.1\r\n"),
      plan: { loop: "open", requests: 200, meanGapMs: 2 },
      connections: 8,
      endpoints: 1,
    }).run();
    // Of 400 ms of requests, those of 200 ms waited from 200 ms down to nothing: half of them for 100 ms and more.
    expect(percentile(measures.responseTimes, 76)).toBeGreaterThan(80);
    expect(percentile(measures.responseTimes, 99.9)).toBeGreaterThan(180);
    expect(measures.mostLateMs).toBeGreaterThan(150);
    expect(measures.failed).toBe(0);
  });

  it("counts its own lateness in, too: what it was too busy to send waited as well", async () => {
    const { port } = await rawServer(() => OK);
    setTimeout(() => {
      const until = systemClock.now() + 60;
      while (systemClock.now() < until);
    }, 20);
    const measures = await createLoad(port, {}).run();
    // 60 of 100 requests fell due meanwhile: 40 of them 20 ms or more before it was over.
    expect(percentile(measures.responseTimes, 65)).toBeGreaterThan(18);
    expect(measures.mostLateMs).toBeGreaterThan(50);
  });

  it("counts errors by kind, and gives them no response time", async () => {
    const { port } = await rawServer((count, socket) => {
      if (count % 4 === 0) return OK;
      if (count % 4 === 1) return "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\n\r\n";
      if (count % 4 === 2) return "SSH-2.0-OpenSSH\r\n";
      socket.destroy();
      return "";
    });
    const measures = await createLoad(port, {}).run();
    expect(measures.ended).toBe(100);
    expect(measures.responseTimes.count).toBe(25);
    expect(Object.fromEntries(measures.failures)).toEqual({ "HTTP 503": 25, protocol: 25, reset: 25 });
  });

  it("gives up what is not answered in time, on a connection or waiting for one", async () => {
    const { port } = await rawServer(() => "");
    const measures = await createLoad(port, { connections: 2, timeoutMs: 150 }).run();
    expect(Object.fromEntries(measures.failures)).toEqual({ timeout: 100 });
  });

  it("says that nobody listens", async () => {
    const { port, kill } = await startEndpoint();
    await kill();
    const measures = await createLoad(port, { plan: { loop: "open", requests: 20, meanGapMs: 1 } }).run();
    expect(Object.fromEntries(measures.failures)).toEqual({ connect: 20 });
  });

  it("leaves the warm-up out of everything but the series", async () => {
    const { port } = await rawServer(() => OK);
    const measures = await createLoad(port, { warmup: 0.25 }).run();
    expect(measures.sent).toBe(100);
    expect(measures.ended).toBe(75);
    expect(measures.responseTimes.count).toBe(75);
    expect(measures.stretches.map(({ times }) => times.count).reduce((a, b) => a + b)).toBe(75);
  });
});

describe("a closed loop", () => {
  it("hides the stall that an open one shows", async () => {
    const run = async () => {
      const { agenda, port } = await stallingEndpoint();
      return createLoad(port, {
        agenda,
        traffic: steadyTraffic(0, "x-bench: 0.1\r\n"),
        plan: { loop: "closed", durationMs: 400 },
        connections: 1,
        endpoints: 1,
      }).run();
    };
    let measures = await run();
    // One request of hundreds met it; where the machine is busy there may be fewer.
    for (let tries = 0; tries < 15 && measures.ended <= 150; tries++) measures = await run();
    expect(measures.ended).toBeGreaterThan(150);
    expect(percentile(measures.responseTimes, 99)).toBeLessThan(80);
    expect(measures.responseTimes.max).toBeGreaterThan(150);
  });
});

describe("its connections", () => {
  it("are kept for the next request, and closed at the end", async () => {
    const { server, port } = await startEndpoint();
    const sockets = new Set<Socket>();
    server.on("connection", (socket) => {
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    });
    let opened = 0;
    server.on("connection", () => opened++);
    const measures = await createLoad(port, { connections: 4 }).run();
    expect(measures.ended).toBe(100);
    expect(opened).toBeLessThanOrEqual(4);
    await until(() => sockets.size === 0);
  });

  it.each([
    ["of a length, in pieces", ["HTTP/1.1 200 OK\r\ncont", "ent-length: 4\r\n\r\nab", "cd"], false],
    ["in chunks", ["HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\n", "0\r\n\r\n"], false],
    ["after an interim one", ["HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n", OK], false],
    ["that ends the connection", ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 1\r\n\r\na"], true],
    ["of HTTP/1.0, until the connection ends", ["HTTP/1.0 200 OK\r\n\r\n", "abc", undefined], true],
  ] as const)("read an answer %s", async (_, pieces, once) => {
    let connections = 0;
    const server = createServer({ noDelay: true }, (socket) => {
      connections++;
      socket.on("error", () => {});
      socket.on("data", async () => {
        for (const piece of pieces) {
          if (piece === undefined) socket.end();
          else socket.write(piece);
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const plan = { loop: "open", requests: 5, meanGapMs: 1 } as const;
    const measures = await createLoad(port, { connections: 1, plan }).run();
    expect(measures.failures.size).toBe(0);
    expect(measures.responseTimes.count).toBe(5);
    expect(connections).toBe(once ? 5 : 1);
  });
});
