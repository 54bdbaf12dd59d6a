import { describe, expect, it } from "vitest";
import { until } from "../../helpers/eventually.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";
import { load, startUpProcess } from "../workers/up-process.ts";

const PASSWORD = "s3cret-of-redis";
const LOCKED = ["--requirepass", PASSWORD];

const config = (state: string, limit: number): string => `version: 1
listeners: [{ http: 0 }]
state: ${state}
policies:
  rateLimit: { limit: ${limit}, window: 90d, by: global }
routes:
  - { match: /, respond: { status: 200 } }
`;

const metric = (text: string, name: string): number =>
  Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, "m").exec(text)?.[1]);

/** 400 requests against a limit of 100, to two workers that have just started. */
async function countTogether() {
  const redis = await startRedis(undefined, ...LOCKED);
  const env = { REDIS_URL: redis.url.replace("redis://", `redis://:${PASSWORD}@`) };
  const files = { "gateway.config.yaml": config("${REDIS_URL}", 100) };
  const up = await startUpProcess(["--workers", "2"], { files, env });
  const { statuses } = await load(up.url, 400, 40, false);
  return { redis, up, statuses, wasGone: up.stdout().includes("Redis is gone") };
}

describe.skipIf(noRedis !== undefined)("up --workers 2 with a Redis", () => {
  it("counts together, says once that Redis has gone and once that it is back, and tells no password", {
    timeout: 40_000,
  }, async () => {
    let begun = await countTogether();
    // Where the machine keeps Redis from running for 100 ms, each counts for itself, and rightly: not the question here.
    for (let tries = 1; begun.wasGone && tries < 4; tries++) begun = await countTogether();
    const { redis, up, statuses } = begun;
    expect([...statuses].toSorted(([a], [b]) => a - b)).toEqual([
      [200, 100],
      [429, 300],
    ]);
    const before = await up.metrics();
    expect(metric(before, "gatewayctl_state_up")).toBe(1);
    expect(metric(before, "gatewayctl_state_fallbacks_total")).toBe(0);
    const lines = (text: string): number => up.stdout().split(text).length - 1;

    await redis.kill();
    await until(() => lines("Redis is gone") > 0);
    // Each worker counts for itself now: up to 200 of them pass.
    const without = await load(up.url, 400, 40, false);
    expect(without.statuses.get(200)).toBeGreaterThanOrEqual(100);
    expect(without.statuses.get(200)).toBeLessThanOrEqual(200);
    expect(without.statuses.get(0)).toBeUndefined();
    const during = await up.metrics();
    expect(metric(during, "gatewayctl_state_up")).toBe(0);
    expect(metric(during, "gatewayctl_state_fallbacks_total")).toBe(400);

    await startRedis(redis.port, ...LOCKED);
    await until(() => lines("Redis is back") > 0);
    expect(metric(await up.metrics(), "gatewayctl_state_up")).toBe(1);
    expect([lines("Redis is gone"), lines("Redis is back")]).toEqual([1, 1]);
    expect(`${up.stdout()}${up.stderr()}`).not.toContain(PASSWORD);
    up.child.kill("SIGTERM");
    expect(await up.done).toBe(0);
  });

  it("refuses a URL that it cannot read without repeating it", async () => {
    const files = { "gateway.config.yaml": config(`redis://:${PASSWORD}@localhost/cache`, 1) };
    const up = await startUpProcess([], { files, early: true });
    expect(await up.done).toBe(65);
    expect(up.stderr()).toContain("it has a path that is not the number of a database");
    expect(up.stderr().replace(/^.*│.*$/gm, "")).not.toContain(PASSWORD);
  });
});
