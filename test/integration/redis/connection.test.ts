import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Redis } from "ioredis";
import { describe, expect, it, onTestFinished } from "vitest";
import type { StateChange, StateScript } from "../../../src/exchange/state-connection.ts";
import { createState } from "../../../src/gateway/state/create-state.ts";
import type { RedisState } from "../../../src/gateway/state/redis-state.ts";
import { systemClock } from "../../../src/shared/clock.ts";
import { createTestCa } from "../../helpers/certificates.ts";
import { until } from "../../helpers/eventually.ts";
import { freePort } from "../../helpers/free-port.ts";
import { noRedis, startRedis } from "../../helpers/redis-server.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { startUpProcess } from "../workers/up-process.ts";
import { leastTime } from "../../helpers/cost.ts";

async function connectState(url: string): Promise<{ state: RedisState; changes: StateChange[] }> {
  const changes: StateChange[] = [];
  const state = createState(url, systemClock, 1, (change) => changes.push(change));
  if (state === undefined) throw new Error("no state");
  onTestFinished(() => state.close());
  await state.start();
  return { state, changes };
}

const script = (lua: string): StateScript => ({ lua, sha1: createHash("sha1").update(lua).digest("hex") });

describe.skipIf(noRedis !== undefined)("a shared state store", () => {
  it("keeps octets as they are, for their time, under the gateway's own prefix", async () => {
    const redis = await startRedis();
    const { state } = await connectState(`${redis.url}/3`);
    const octets = Buffer.from([0, 13, 10, 0xff, 0xfe, 0x80, 36]);
    expect(await state.get("cache:a")).toBeNull();
    expect(await state.set("cache:a", octets, 60_000)).toBe(true);
    expect(await state.set("cache:b", "für", 0.2)).toBe(true);
    expect(await state.get("cache:a")).toEqual(octets);
    // A part of a longer array is no more than that part.
    expect(await state.set("cache:c", new Uint8Array(octets.buffer, octets.byteOffset + 4, 2), 60_000)).toBe(true);
    expect(await state.get("cache:c")).toEqual(octets.subarray(4, 6));
    while ((await state.get("cache:b")) !== null);
    const plain = new Redis(redis.port, "127.0.0.1", { db: 3 });
    onTestFinished(() => plain.disconnect());
    expect((await plain.keys("*")).filter((key) => !key.endsWith("probe")).toSorted()).toEqual([
      "gatewayctl:cache:a",
      "gatewayctl:cache:c",
    ]);
    expect(await state.del("cache:a", "cache:c", "cache:none")).toBe(2);
    expect(await state.get("cache:a")).toBeNull();
  });

  it("runs scripts, those too that the store has forgotten", async () => {
    const redis = await startRedis();
    const { state } = await connectState(redis.url);
    const count = script("return { redis.call('INCRBY', KEYS[1], ARGV[1]), KEYS[1], false }");
    expect(await state.eval(count, ["n"], [2])).toEqual([2, "gatewayctl:n", null]);
    const plain = new Redis(redis.port, "127.0.0.1");
    onTestFinished(() => plain.disconnect());
    await plain.script("FLUSH");
    expect(await state.eval(count, ["n"], ["5"])).toEqual([7, "gatewayctl:n", null]);
    expect(state.isUp).toBe(true);
  });

  it("answers nothing at all, and at once, while it is gone", async () => {
    const redis = await startRedis();
    const { state, changes } = await connectState(redis.url);
    redis.pause();
    const begun = performance.now();
    const asked = await Promise.all([
      state.get("a"),
      state.set("a", "b", 1_000),
      state.del("a"),
      state.eval(script("return 1"), [], []),
    ]);
    expect(asked).toEqual([undefined, undefined, undefined, undefined]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect([state.isUp, changes.length]).toEqual([false, 1]);
    const again = await leastTime(async () => {
      for (let i = 0; i < 100; i++) expect(await state.get("a")).toBeUndefined();
    }, 90);
    expect(again).toBeLessThan(90);
  });

  it("gives up a server that takes connections and says nothing", async () => {
    const sockets = new Set<Socket>();
    let met = 0;
    const silent = createServer((socket) => {
      met++;
      sockets.add(socket.resume());
      socket.once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      silent.close();
    });
    const { port } = silent.address() as { port: number };
    const { state, changes } = await connectState(`redis://:pw@127.0.0.1:${port}`);
    expect(state.isUp).toBe(false);
    expect(changes).toEqual([
      { store: `redis://127.0.0.1:${port}`, isUp: false, reason: "it takes connections, but does not answer" },
    ]);
    // Tries again, and leaves no connection behind.
    await until(() => met > 2);
    expect(sockets.size).toBeLessThanOrEqual(1);
  });

  it("is closed for good", async () => {
    const redis = await startRedis();
    const { state, changes } = await connectState(redis.url);
    state.close();
    expect([state.isUp, await state.get("a"), changes]).toEqual([false, undefined, []]);
    const plain = new Redis(redis.port, "127.0.0.1");
    onTestFinished(() => plain.disconnect());
    const connections = async (): Promise<number> =>
      String(await plain.client("LIST"))
        .trim()
        .split("\n").length;
    await expect.poll(connections).toBe(1);
  });

  it("is taken over TLS only for what its certificate says", async () => {
    const ca = await createTestCa();
    const { cert, key } = await ca.issue(["localhost", "127.0.0.1"]);
    const folder = tempDir({ "ca.pem": ca.cert, "cert.pem": cert, "key.pem": key });
    const file = (name: string): string => join(folder, name);
    const secure = ["--tls-cert-file", file("cert.pem"), "--tls-key-file", file("key.pem"), "--tls-auth-clients", "no"];
    const tlsPort = await freePort();
    await startRedis(undefined, "--tls-port", String(tlsPort), ...secure);
    const { state, changes } = await connectState(`rediss://localhost:${tlsPort}`);
    expect(state.isUp).toBe(false);
    expect(changes[0]?.reason).toMatch(/certificate/);
    for (const host of ["localhost", "127.0.0.1"]) {
      const files = {
        "gateway.config.yaml": `{ version: 1, listeners: [{ http: 0 }], state: "rediss://${host}:${tlsPort}" }`,
      };
      const up = await startUpProcess([], { files, env: { NODE_EXTRA_CA_CERTS: file("ca.pem") } });
      expect(await up.metrics()).toMatch(/^gatewayctl_state_up 1$/m);
    }
  });
});
