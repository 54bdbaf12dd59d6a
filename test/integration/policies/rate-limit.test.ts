import { createHash } from "node:crypto";
import { Agent, request } from "node:http";
import { connect } from "node:http2";
import { describe, expect, it, onTestFinished } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { atRest, startGateway } from "../../helpers/gateway.ts";
import { connectWire } from "../../helpers/wire-client.ts";
import { ask, WIRES } from "../../helpers/wires.ts";

const PING = { match: "/", respond: { status: 200, body: "pong" } };

describe.each(WIRES)("rateLimit over %s", (wire) => {
  it("lets the limit pass, refuses beyond it with when to come again, and tells how it stands on both", async () => {
    const time = { now: 1_000 };
    const endpoint = await startEndpoint();
    const { port, finished } = await startGateway(
      {
        services: { app: [endpoint.url] },
        routes: [{ match: "/", service: "app", policies: { rateLimit: { limit: 2, window: "1m" } } }],
      },
      { clock: { now: () => time.now } },
    );
    const replies = [];
    for (let i = 0; i < 3; i++) replies.push(await ask(wire, port));
    expect(replies.map(({ status, headers }) => [status, headers["ratelimit"], headers["retry-after"]])).toEqual([
      [200, '"default";r=1;t=30', undefined],
      [200, '"default";r=0;t=60', undefined],
      [429, '"default";r=0;t=60', "30"],
    ]);
    expect(replies.map(({ headers }) => headers["ratelimit-policy"])).toEqual(Array(3).fill('"default";q=2;w=60'));
    expect(JSON.parse(replies[2]?.text ?? "")).toMatchObject({ code: "GW0506", status: 429 });
    expect(endpoint.requests).toHaveLength(2);
    expect(finished.map(({ code }) => code)).toEqual([undefined, undefined, "GW0506"]);
    time.now += 30_000;
    expect((await ask(wire, port)).status).toBe(200);
  });

  it("adds its own to an endpoint's draft fields, and puts its own in place of older ones", async () => {
    const endpoint = await startEndpoint((_, response) => {
      response.setHeader("ratelimit-policy", '"own";q=5;w=1');
      response.setHeader("x-ratelimit-limit", "5");
      response.end();
    });
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      routes: [
        { match: "/draft", service: "app", policies: { rateLimit: { limit: 9, window: "1m" } } },
        { match: "/legacy", service: "app", policies: { rateLimit: { limit: 9, window: "1m", headers: "legacy" } } },
      ],
    });
    const draft = await ask(wire, port, { path: "/draft" });
    expect([draft.headers["ratelimit-policy"], draft.headers["x-ratelimit-limit"]]).toEqual([
      '"own";q=5;w=1, "default";q=9;w=60',
      "5",
    ]);
    const legacy = await ask(wire, port, { path: "/legacy" });
    expect([legacy.headers["x-ratelimit-limit"], legacy.headers["x-ratelimit-remaining"]]).toEqual(["9", "8"]);
  });

  it("counts clients by the address that a trusted proxy names, IPv6 by /64, and by header", async () => {
    const { port } = await startGateway({
      services: {},
      trustedProxies: ["127.0.0.1"],
      routes: [
        { ...PING, policies: { rateLimit: { limit: 1, window: "1h" } } },
        { ...PING, match: "/key", policies: { rateLimit: { limit: 1, window: "1h", by: "header:X-Key" } } },
      ],
    });
    const from = async (ip: string, path = "/", more: Record<string, string> = {}) =>
      (await ask(wire, port, { path, headers: { "x-forwarded-for": ip, ...more } })).status;
    expect([await from("192.0.2.1"), await from("192.0.2.1"), await from("192.0.2.2")]).toEqual([200, 429, 200]);
    expect([await from("2001:db8::1"), await from("2001:db8::2"), await from("2001:db8:0:1::1")]).toEqual([
      200, 429, 200,
    ]);
    const key = (ip: string, value?: string) => from(ip, "/key", value === undefined ? {} : { "x-key": value });
    expect([await key("192.0.2.1", "a"), await key("192.0.2.2", "a"), await key("192.0.2.1", "b")]).toEqual([
      200, 429, 200,
    ]);
    // Without the header: by address.
    expect([await key("192.0.2.1"), await key("192.0.2.1"), await key("192.0.2.2")]).toEqual([200, 429, 200]);
  });

  it("counts a global rule over all routes, and one of a route for that route", async () => {
    const { port } = await startGateway({
      services: {},
      policies: { rateLimit: { limit: 2, window: "1h" } },
      routes: [
        { ...PING, match: "/a" },
        { ...PING, match: "/b" },
        { ...PING, match: "/own", policies: { rateLimit: { limit: 2, window: "1h" } } },
        { ...PING, match: "/open", policies: { rateLimit: false } },
      ],
    });
    const statuses = [];
    for (const path of ["/a", "/b", "/a", "/b", "/own", "/own", "/own", "/open"]) {
      statuses.push((await ask(wire, port, { path })).status);
    }
    expect(statuses).toEqual([200, 200, 429, 429, 200, 200, 429, 200]);
  });

  it("counts consumers after they are known, and addresses before: nobody tries keys without end", async () => {
    const digest = (key: string): string => `sha256:${createHash("sha256").update(key).digest("hex")}`;
    const { port } = await startGateway(
      {
        services: {},
        consumers: ["ann", "bob"].map((name) => ({ name, apiKeys: [digest(`${name}-key`)] })),
        routes: [
          {
            ...PING,
            policies: {
              authenticate: [{ apiKey: {} }],
              rateLimit: [
                { limit: 6, window: "1h", by: "ip" },
                { limit: 2, window: "1h", by: "consumer" },
              ],
            },
          },
        ],
      },
      { clock: { now: () => 0 } },
    );
    const replies = [];
    for (const key of ["ann-key", "ann-key", "ann-key", "bob-key", "wrong", "wrong", "wrong", "bob-key"]) {
      replies.push(await ask(wire, port, { headers: { "x-api-key": key } }));
    }
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 429, 200, 401, 401, 429, 429]);
    expect(replies[1]?.headers["ratelimit"]).toBe('"ip";r=4;t=1200, "consumer";r=0;t=3600');
    expect(replies[4]?.headers["ratelimit"]).toBe('"ip";r=1;t=3000');
  });

  it("lets everybody pass in shadow mode, tells nobody, and counts", async () => {
    const denied = { value: 0 };
    const { port } = await startGateway(
      { services: {}, routes: [{ ...PING, policies: { rateLimit: { limit: 1, window: "1h", mode: "shadow" } } }] },
      { counter: () => denied },
    );
    const replies = [];
    for (let i = 0; i < 3; i++) replies.push(await ask(wire, port));
    expect(replies.map(({ status, headers }) => `${status} ${String(headers["ratelimit"])}`)).toEqual(
      Array(3).fill("200 undefined"),
    );
    expect(denied.value).toBe(2);
  });

  it("holds requests back by leaky-bucket, and refuses beyond those that may wait", async () => {
    const rule = { limit: 50, window: "1s", burst: 2, algorithm: "leaky-bucket" };
    const { port } = await startGateway({ services: {}, routes: [{ ...PING, policies: { rateLimit: rule } }] });
    const begun = performance.now();
    const timed = Array.from({ length: 3 }, async () => [(await ask(wire, port)).status, performance.now() - begun]);
    const replies = await Promise.all(timed);
    expect(replies.map(([status]) => status)).toEqual([200, 200, 200]);
    // The last of them leaves 40 ms after the first; timers may be a millisecond early.
    expect(Math.max(...replies.map(([, ms]) => ms as number))).toBeGreaterThan(38);
  });

  it("lets exactly 1,000 of 10,000 requests at once pass", { timeout: 20_000 }, async () => {
    // Time stands still: a bucket that is refilled meanwhile would let more pass, and rightly.
    const clock = { now: () => 1_000 };
    const { port, gateway } = await startGateway(
      {
        services: {},
        limits: { requests: 20_000 },
        routes: [{ ...PING, policies: { rateLimit: { limit: 1_000, window: "1h", by: "global", headers: "none" } } }],
      },
      { clock },
    );
    const send = wire === "HTTP/2" ? flood2 : flood1;
    const statuses = await send(port, 10_000);
    expect(statuses).toEqual({ 200: 1_000, 429: 9_000 });
    await until(() => atRest(gateway));
  });
});

type Statuses = Record<number, number>;

/** As many pipelined on each of 100 connections. */
async function flood1(port: number, requests: number): Promise<Statuses> {
  const each = requests / 100;
  const clients = await Promise.all(Array.from({ length: 100 }, () => connectWire(port)));
  const statuses: Statuses = {};
  for (const client of clients) client.send("GET / HTTP/1.1\r\nhost: a\r\n\r\n".repeat(each));
  await Promise.all(
    clients.map(async (client) => {
      const text = (): string => client.received().toString("latin1");
      await until(() => text().split("HTTP/1.1 ").length > each, "not every request was answered", 15_000);
      for (const [, status] of text().matchAll(/HTTP\/1\.1 (\d{3})/g)) {
        statuses[Number(status)] = (statuses[Number(status)] ?? 0) + 1;
      }
    }),
  );
  return statuses;
}

/** As many streams on each of 100 sessions. */
async function flood2(port: number, requests: number): Promise<Statuses> {
  const statuses: Statuses = {};
  const session = async (): Promise<void> => {
    const client = connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => client.destroy());
    await Promise.all(
      Array.from(
        { length: requests / 100 },
        () =>
          new Promise<void>((resolve, reject) => {
            const stream = client.request({ ":path": "/" });
            stream.on("response", ({ ":status": status = 0 }) => {
              statuses[status] = (statuses[status] ?? 0) + 1;
            });
            stream.on("error", reject);
            stream.on("close", () => resolve());
            stream.resume();
          }),
      ),
    );
    client.close();
  };
  await Promise.all(Array.from({ length: 100 }, session));
  return statuses;
}

it("no longer holds a request back whose client has gone", async () => {
  const endpoint = await startEndpoint();
  const rule = { limit: 1, window: "1h", burst: 5, algorithm: "leaky-bucket" };
  const { port, gateway, finished } = await startGateway({
    services: { app: [endpoint.url] },
    routes: [{ match: "/", service: "app", policies: { rateLimit: rule } }],
  });
  await ask("HTTP/1.1", port);
  const agent = new Agent();
  const waiting = request({ port, host: "127.0.0.1", agent }).end();
  waiting.on("error", () => {});
  await until(() => gateway.requestsInFlight === 1);
  waiting.destroy();
  await until(() => atRest(gateway), "it is still held back");
  expect([finished.length, endpoint.requests.length]).toEqual([2, 1]);
  agent.destroy();
});
