import { Agent, request } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StateChange } from "../../../src/exchange/state-connection.ts";
import { until } from "../../helpers/eventually.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { noRedis, type RedisServer, startRedis } from "../../helpers/redis-server.ts";
import { ask } from "../../helpers/wires.ts";
import { leastTime } from "../../helpers/cost.ts";

const RULE = { limit: 100_000, window: "1h", by: "global", algorithm: "fixed-window" };

async function limitedBy(url: string, rule: object = RULE) {
  const changes: StateChange[] = [];
  const fallbacks = { value: 0 };
  const started = await startGateway(
    { state: url, routes: [{ match: "/", respond: { status: 200 }, policies: { rateLimit: rule } }] },
    {
      onStateChange: (change) => changes.push(change),
      counter: (name) => (name === "gatewayctl_state_fallbacks_total" ? fallbacks : { value: 0 }),
    },
  );
  return { ...started, changes, fallbacks };
}

/** What of the limit is left, as the answer says. */
async function left(port: number): Promise<number> {
  const { headers } = await ask("HTTP/1.1", port);
  return Number(/r=(\d+)/.exec(String(headers["ratelimit"]))?.[1]);
}

/** Clients that send one request after the other until they are stopped; each answer's status, and how long it took. */
function startTraffic(port: number, clients: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const times: number[] = [];
  const statuses = new Set<number>();
  let going = true;
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const begun = performance.now();
      const over = (status: number): void => {
        statuses.add(status);
        times.push(performance.now() - begun);
        resolve();
      };
      const asked = request({ port, host: "127.0.0.1", agent }, (response) => {
        response.on("end", () => over(response.statusCode ?? 0)).resume();
      });
      asked.on("error", () => over(0)).end();
    });
  const client = async (): Promise<void> => {
    while (going) {
      await one();
      // A real client thinks for a moment; and this one shares its process with the gateway.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const all = Promise.all(Array.from({ length: clients }, client));
  const stop = async (): Promise<void> => {
    going = false;
    await all;
    agent.destroy();
  };
  onTestFinished(stop);
  return { times, statuses, stop };
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const USER_ANN = ["--user", "ann", "on", ">pw-of-ann", "~*", "+@all"];

/** How long this process, in which clients and gateway share one thread, was busy or not running at the longest. */
function watchStalls(): () => number {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  onTestFinished(() => void delays.disable());
  return () => delays.max / 1e6;
}

describe.skipIf(noRedis !== undefined)("a Redis that goes away under load", () => {
  it.each<[how: string, stop: (redis: RedisServer) => unknown, back: (redis: RedisServer) => unknown, reason: RegExp]>([
    ["it hangs", (redis) => redis.pause(), (redis) => redis.resume(), /not answered for 100 ms/],
    ["it is killed", (redis) => redis.kill(), (redis) => startRedis(redis.port), /closed|ECONNRESET|EPIPE/],
  ])("fails no request and holds none up for longer than 100 ms: %s", async (_, stop, back, reason) => {
    const redis = await startRedis();
    const { port, gateway, changes, fallbacks } = await limitedBy(redis.url);
    expect(gateway.isStateUp).toBe(true);
    const longestStall = watchStalls();
    const traffic = startTraffic(port, 10);
    await until(() => traffic.times.length > 100);
    expect(fallbacks.value).toBe(0);
    await stop(redis);
    await until(() => gateway.isStateUp === false);
    const before = traffic.times.length;
    await until(() => traffic.times.length > before + 200);
    // While it is known to be gone, nobody waits for it.
    expect(median(traffic.times.slice(before + 20))).toBeLessThan(50);
    expect(fallbacks.value).toBeGreaterThan(200);
    await back(redis);
    await until(() => gateway.isStateUp === true);
    const counted = fallbacks.value;
    const known = traffic.times.length;
    await until(() => traffic.times.length > known + 100);
    await traffic.stop();
    expect(fallbacks.value).toBe(counted);
    expect([...traffic.statuses]).toEqual([200]);
    // 100 ms for Redis; the rest is for the request itself.
    expect(Math.max(...traffic.times)).toBeLessThan(150 + 2 * longestStall());
    expect(changes).toEqual([
      { store: redis.url, isUp: false, reason: expect.stringMatching(reason) },
      { store: redis.url, isUp: true },
    ]);
  });

  it("is asked no more while it hangs, and counts on from where it was", async () => {
    const redis = await startRedis();
    const { port, gateway, fallbacks } = await limitedBy(redis.url, { ...RULE, limit: 10 });
    expect([await left(port), await left(port), await left(port)]).toEqual([9, 8, 7]);
    redis.pause();
    // The first one finds out, and is counted here like those after it.
    const begun = performance.now();
    expect(await left(port)).toBe(9);
    expect(performance.now() - begun).toBeGreaterThan(80);
    // Each of them would wait for 100 ms.
    const known: number[] = [];
    expect(await leastTime(async () => known.push(await left(port)), 80)).toBeLessThan(80);
    expect(known).toEqual([8, 7, 6, 5, 4, 3, 2, 1, 0].slice(0, known.length));
    expect(fallbacks.value).toBe(1 + known.length);
    redis.resume();
    await until(() => gateway.isStateUp);
    // It did get the question that nobody waited for the answer of.
    expect([6, 5]).toContain(await left(port));
  });

  it("does not keep a gateway from starting, and is found when it comes", async () => {
    const redis = await startRedis();
    await redis.kill();
    const { port, gateway, changes } = await limitedBy(redis.url);
    expect(gateway.isStateUp).toBe(false);
    expect(await left(port)).toBe(99_999);
    expect(changes).toEqual([{ store: redis.url, isUp: false, reason: expect.stringContaining("ECONNREFUSED") }]);
    await startRedis(redis.port);
    await until(() => gateway.isStateUp);
    expect(await left(port)).toBe(99_999);
    expect(changes.map(({ isUp }) => isUp)).toEqual([false, true]);
  });

  it("counts as gone where it refuses to write, and tells no password when it refuses that", async () => {
    const redis = await startRedis(undefined, "--requirepass", "s3cret", ...USER_ANN);
    const refused = await limitedBy(redis.url.replace("redis://", "redis://:wr0ng@"));
    expect(refused.changes).toEqual([{ store: redis.url, isUp: false, reason: expect.stringContaining("WRONGPASS") }]);
    expect(JSON.stringify(refused.changes)).not.toContain("wr0ng");
    const taken = await limitedBy(redis.url.replace("redis://", "redis://ann:pw-of-ann@"));
    expect([taken.gateway.isStateUp, taken.changes]).toEqual([true, []]);
    const full = await startRedis(undefined, "--maxmemory", "1");
    const { gateway, changes } = await limitedBy(full.url);
    expect(gateway.isStateUp).toBe(false);
    expect(changes[0]?.reason).toContain("OOM");
  });
});
