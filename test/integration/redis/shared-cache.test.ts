import { describe, expect, it } from "vitest";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";
import { ask } from "../../helpers/wires.ts";

/** Two gateways with clocks of one's own, which share a Redis. */
async function world() {
  const redis = await startRedis();
  const time = { ahead: 0 };
  const endpoint = await startEndpoint((request, response) => {
    response.setHeader("cache-control", "max-age=600");
    response.end(`${request.url} ${"\u00e9".repeat(10_000)}`);
  });
  const start = async () => {
    const { gateway, port } = await startGateway(
      {
        state: redis.url,
        services: { app: [endpoint.url] },
        routes: [{ match: "/", service: "app", policies: { cache: {} } }],
      },
      { clock: { now: () => performance.now() + time.ahead } },
    );
    const get = (path: string) => ask("HTTP/1.1", port, { path, host: "a.test" });
    const post = (path: string) => ask("HTTP/1.1", port, { path, host: "a.test", method: "POST" });
    return { gateway, get, post };
  };
  return { redis, endpoint, time, a: await start(), b: await start() };
}

describe.skipIf(noRedis !== undefined)("two gateways that share a Redis", () => {
  it("answer with what the other one has stored, and forget what it has forgotten", async () => {
    const { endpoint, time, a, b } = await world();
    const first = await a.get("/x");
    const second = await b.get("/x");
    expect([second.text, endpoint.requests.length]).toEqual([first.text, 1]);
    expect((await b.get("/x")).headers["cache-status"]).toMatch(/^gatewayctl; hit/);

    await b.get("/y");
    await a.post("/y");
    time.ahead += 2_000;
    const asked = endpoint.requests.length;
    while (endpoint.requests.length === asked) await b.get("/y");

    await b.get("/z");
    time.ahead += 2_000;
    expect(await a.gateway.purgeCache({ all: true })).toBeGreaterThan(0);
    while (endpoint.requests.filter(({ url }) => url === "/z").length === 1) await b.get("/z");
  });

  it("go on with their own memory when it has gone", async () => {
    const { redis, endpoint, a, b } = await world();
    await a.get("/x");
    await redis.kill();
    expect((await a.get("/x")).headers["cache-status"]).toMatch(/hit/);
    expect((await b.get("/n")).status).toBe(200);
    expect((await b.get("/n")).headers["cache-status"]).toMatch(/hit/);
    expect(endpoint.requests.filter(({ url }) => url === "/n")).toHaveLength(1);
  });
});
