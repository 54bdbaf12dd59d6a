import { createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { Framing } from "../../../src/http/body/framing.ts";
import type { EndpointLink } from "../../../src/http/endpoint/endpoint-link.ts";
import type { EndpointPool } from "../../../src/http/endpoint/endpoint-pool.ts";
import { Http1Pool } from "../../../src/http/endpoint/http1-pool.ts";
import { Http2Pool } from "../../../src/http/endpoint/http2-pool.ts";
import { ProxiedPool } from "../../../src/http/endpoint/proxied-pool.ts";
import type { EndpointFailure, EndpointReceiver } from "../../../src/http/endpoint/receiver.ts";
import { until } from "../../helpers/eventually.ts";

/** A pool to an endpoint that answers every request, on a clock that stands still until it is told. */
async function startPool() {
  const sessions: ServerHttp2Session[] = [];
  const server: Http2Server = createServer();
  server.on("session", (session) => sessions.push(session));
  server.on("stream", (stream) => {
    stream.respond({ ":status": 200 });
    stream.end("ok");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const clock = { time: 0, now: () => clock.time };
  const pool = new Http2Pool({ host: "127.0.0.1", port, clock, connectTimeoutMs: 1000, idleTimeoutMs: 60_000 });
  onTestFinished(() => {
    pool.destroy();
    server.close();
  });
  return { pool, clock, sessions, server, port };
}

/** One exchange over the pool: "ok", or how it failed. `onLink` is given the link at once. */
function ask(pool: EndpointPool, onLink?: (link: EndpointLink) => void, sourceIp?: string) {
  return new Promise<"ok" | EndpointFailure>((resolve, reject) => {
    const send = (link: EndpointLink): void => {
      link.sendHead("GET / HTTP/1.1\r\nhost: a\r\n\r\n", new Framing(), undefined);
      link.sendEnd("");
    };
    const addresses = { sourceIp: sourceIp ?? "", sourcePort: 1, destinationIp: "127.0.0.1", destinationPort: 80 };
    const receiver: EndpointReceiver = {
      method: "GET",
      ...(sourceIp === undefined ? {} : { clientAddresses: addresses }),
      onEndpointReady: send,
      onInformational: () => {},
      onResponseHead: () => false,
      onResponseBody: () => true,
      onResponseTrailers: () => {},
      onResponseEnd: () => resolve("ok"),
      onReadEnd: () => {},
      onEndpointDrain: () => {},
      onBug: reject,
      onEndpointFailure: resolve,
    };
    const link = pool.take(receiver);
    onLink?.(link);
    if (link.ready) send(link);
  });
}

it("keeps a connection that nobody uses for its time, and ends it in good order", async () => {
  const { pool, clock, sessions } = await startPool();
  expect(await ask(pool)).toBe("ok");
  await until(() => pool.idleSize === 1);
  pool.sweep((clock.time = 59_999));
  expect(pool.size).toBe(1);
  expect(await ask(pool)).toBe("ok");
  await until(() => pool.idleSize === 1);
  // From the last exchange on: the sweep at 59,999 is when that was.
  pool.sweep((clock.time = 60_001));
  expect(pool.size).toBe(1);
  pool.sweep((clock.time = 119_999));
  await until(() => pool.size === 0 && sessions[0]?.destroyed);
  expect(await ask(pool)).toBe("ok");
  expect(sessions).toHaveLength(2);
});

it("gives up a connect that takes too long, for all that wait for it", async () => {
  const { pool, clock } = await startPool();
  const asked = [ask(pool), ask(pool)];
  expect(pool.size).toBe(1);
  pool.sweep((clock.time = 1000));
  for (const one of asked) {
    expect(await one).toMatchObject({ outcome: "connect-failure", reason: "connect-timeout", nothingCame: true });
  }
  expect(pool.size).toBe(0);
});

it("keeps a connect's time when one of those that wait for it goes", async () => {
  const { pool, clock } = await startPool();
  let given: EndpointLink | undefined;
  void ask(pool, (link) => (given = link));
  given?.destroy();
  pool.sweep((clock.time = 999));
  expect(pool.size).toBe(1);
});

it("closes what is idle at once, and the others when they are done", async () => {
  const { pool, sessions } = await startPool();
  await ask(pool);
  const asked = ask(pool);
  pool.close();
  expect(await asked).toBe("ok");
  await until(() => pool.size === 0 && sessions[0]?.destroyed);
});

it("closes a connection that was still to come when nobody waits for it any more", async () => {
  const { pool } = await startPool();
  const asked = ask(pool);
  pool.close();
  expect(await asked).toBe("ok");
  await until(() => pool.size === 0);
});

it("tells nobody when it is destroyed", async () => {
  const { pool } = await startPool();
  await ask(pool);
  let told = false;
  void ask(pool).then(() => (told = true));
  void ask(pool).then(() => (told = true));
  pool.destroy();
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect([told, pool.size]).toEqual([false, 0]);
});

it("a pool for each client forgets those that have no connection left", async () => {
  const { port, clock } = await startPool();
  let made = 0;
  const options = { host: "127.0.0.1", port, clock, connectTimeoutMs: 1000, idleTimeoutMs: 10_000 };
  const pool = new ProxiedPool({
    ...options,
    tls: undefined,
    upgrades: true,
    version: 1,
    createPool: () => {
      made++;
      // The header would be in front of it: here nobody reads one.
      return new Http2Pool(options);
    },
  });
  onTestFinished(() => pool.destroy());
  for (const ip of ["192.0.2.1", "192.0.2.2", "192.0.2.1"]) expect(await ask(pool, undefined, ip)).toBe("ok");
  expect([made, pool.size]).toEqual([2, 2]);
  await until(() => pool.idleSize === 2);
  pool.sweep((clock.time = 10_000));
  pool.sweep((clock.time = 10_001));
  await until(() => pool.size === 0);
  pool.sweep((clock.time = 10_002));
  expect(await ask(pool, undefined, "192.0.2.1")).toBe("ok");
  expect(made).toBe(3);
});

it("HTTP/1.1 alone can be upgraded", async () => {
  const { pool, port, clock } = await startPool();
  const http1 = new Http1Pool({ host: "127.0.0.1", port, clock, connectTimeoutMs: 1000 });
  expect([pool.upgrades, http1.upgrades]).toEqual([false, true]);
});
