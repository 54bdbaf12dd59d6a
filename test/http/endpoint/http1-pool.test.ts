import { createServer, type AddressInfo, type Socket } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import type { EndpointLink } from "../../../src/http/endpoint/endpoint-link.ts";
import { Http1Pool } from "../../../src/http/endpoint/http1-pool.ts";
import type { EndpointFailure, EndpointReceiver } from "../../../src/http/endpoint/receiver.ts";

/** A pool to an endpoint that answers each read with this, on a clock that stands still until it is told. */
async function startPool(answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", () => socket.write(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const clock = { time: 0, now: () => clock.time };
  const { port } = server.address() as AddressInfo;
  const pool = new Http1Pool({ host: "127.0.0.1", port, clock, connectTimeoutMs: 1000, idleTimeoutMs: 60_000 });
  onTestFinished(() => {
    pool.destroy();
    server.close();
  });
  return { pool, clock, sockets, server };
}

/** How many idle connections a request could have had that was sent the moment the last answer was complete. */
let idleAtEnd = 0;

/** One exchange over the pool: which connection it had, or how it failed. */
function ask(pool: Http1Pool): Promise<EndpointLink | EndpointFailure> {
  return new Promise((resolve) => {
    let used: EndpointLink;
    const send = (link: EndpointLink): void => {
      used = link;
      link.sendHead("GET / HTTP/1.1\r\nhost: a\r\n\r\n", new Framing(), undefined);
    };
    const receiver: EndpointReceiver = {
      method: "GET",
      onEndpointReady: send,
      onInformational: () => {},
      onResponseHead: () => true,
      onResponseBody: () => true,
      onResponseTrailers: () => {},
      onResponseEnd: () => {
        idleAtEnd = pool.idleSize;
        resolve(used);
      },
      onReadEnd: () => {},
      onEndpointDrain: () => {},
      onBug: (error) => {
        throw error;
      },
      onEndpointFailure: resolve,
    };
    const taken = pool.take(receiver);
    if (taken.ready) send(taken);
  });
}

it("uses an idle connection again", async () => {
  const { pool, sockets } = await startPool();
  const first = await ask(pool);
  expect([pool.size, pool.idleSize, idleAtEnd]).toEqual([1, 1, 1]);
  expect(await ask(pool)).toBe(first);
  expect(sockets).toHaveLength(1);
});

it("opens one for each exchange at a time, and uses the last one first", async () => {
  const { pool, sockets } = await startPool();
  const both = await Promise.all([ask(pool), ask(pool)]);
  expect([pool.size, pool.idleSize, sockets.length]).toEqual([2, 2, 2]);
  const last = await ask(pool);
  expect(both).toContain(last);
  expect(await ask(pool)).toBe(last);
});

it.each([
  ["Connection: close", "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"],
  [
    "octets behind it",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil",
  ],
  ["a body with 204", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil"],
])("does not use a connection again after an answer with %s", async (_, answer) => {
  const { pool } = await startPool(answer);
  const first = await ask(pool);
  expect([pool.size, pool.idleSize, idleAtEnd]).toEqual([0, 0, 0]);
  expect(await ask(pool)).not.toBe(first);
});

it("lets an idle connection go when its time is over", async () => {
  const { pool, clock } = await startPool();
  await ask(pool);
  pool.sweep((clock.time = 59_999));
  expect(pool.size).toBe(1);
  pool.sweep((clock.time = 60_000));
  expect([pool.size, pool.idleSize]).toEqual([0, 0]);
});

it.each([
  ["timeout=5", 4000],
  ["max=100, timeout=5", 4000],
  ["timeout=1", 500],
  ["timeout=600", 60_000],
  ["timeout=x", 60_000],
])("with Keep-Alive: %s keeps one for %i ms", async (hint, kept) => {
  const { pool } = await startPool(`HTTP/1.1 200 OK\r\nKeep-Alive: ${hint}\r\nContent-Length: 2\r\n\r\nok`);
  await ask(pool);
  pool.sweep(kept - 1);
  expect(pool.size).toBe(1);
  pool.sweep(kept);
  expect(pool.size).toBe(0);
});

it("tells of an endpoint that refuses, and keeps nothing of it", async () => {
  const { pool, server } = await startPool();
  await new Promise((resolve) => server.close(resolve));
  expect(await ask(pool)).toMatchObject({ outcome: "connect-failure", reused: false, nothingCame: true });
  expect(pool.size).toBe(0);
});

it("gives up a connect that takes too long", async () => {
  const { pool, clock } = await startPool();
  const asked = ask(pool);
  // The connect cannot be complete within this very turn.
  pool.sweep((clock.time = 999));
  expect(pool.size).toBe(1);
  pool.sweep((clock.time = 1000));
  expect(await asked).toMatchObject({ outcome: "connect-failure", reason: "connect-timeout" });
  expect(pool.size).toBe(0);
});

it("closes idle connections at once, and the others after their exchange", async () => {
  const { pool } = await startPool();
  await ask(pool);
  const asked = ask(pool);
  pool.close();
  expect(pool.size).toBe(1);
  await asked;
  expect([pool.size, pool.idleSize]).toEqual([0, 0]);
});
