import { describe, expect, it } from "vitest";
import { hashApiKey, hashPassword } from "../../../src/shared/credentials.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { startGateway } from "../../helpers/gateway.ts";
import { ask } from "../../helpers/wires.ts";

const basicOf = (password: string) => ({
  authorization: `Basic ${Buffer.from(`ops:${password}`).toString("base64")}`,
});
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A client behind a proxy that the gateway trusts. */
const from = (ip: string) => ({ "x-forwarded-for": ip });

describe("a flood of wrong passwords", () => {
  it("is turned away before any work is done, and slows no other client down", async () => {
    const endpoint = await startEndpoint();
    const login = { username: "ops", password: await hashPassword("right") };
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      trustedProxies: ["127.0.0.1"],
      consumers: [
        { name: "ops", basic: login },
        { name: "app", apiKeys: [hashApiKey("k")] },
      ],
      routes: [{ match: "/", service: "app", policies: { authenticate: [{ basic: {} }, { apiKey: {} }] } }],
    });
    const timeOf = async (headers: Record<string, string>): Promise<number> => {
      const begun = performance.now();
      const { status } = await ask("HTTP/1.1", port, { headers });
      expect(status).toBe(200);
      return performance.now() - begun;
    };
    const other = { ...from("192.0.2.2"), "x-api-key": "k" };
    const user = { ...from("192.0.2.3"), ...basicOf("right") };
    await timeOf(user);

    // 200 a second for a second and a half, each another password, so that nothing can be remembered of them.
    const flood: Promise<number>[] = [];
    const times: number[] = [];
    for (let i = 0; i < 30; i++) {
      for (let j = 0; j < 10; j++) {
        const headers = { ...from("192.0.2.1"), ...basicOf(`wrong ${i} ${j}`) };
        flood.push(ask("HTTP/1.1", port, { headers }).then(({ status }) => status));
      }
      times.push(await timeOf(other), await timeOf(user));
      await pause(40);
    }
    const statuses = await Promise.all(flood);
    const worked = statuses.filter((status) => status === 401).length;
    const turnedAway = statuses.filter((status) => status === 429).length;
    // Ten at once, and what comes back while the flood lasts: 2 a second, for at most ten seconds on a busy machine.
    expect(worked).toBeGreaterThanOrEqual(10);
    expect(worked).toBeLessThanOrEqual(30);
    expect(worked + turnedAway).toBe(300);
    // 300 checks would have kept both threads busy for a quarter of a minute or more. Half of the other clients' requests
    // take a few ms; the bound leaves room for a machine that does other work.
    const median = times.sort((a, b) => a - b)[times.length >> 1] as number;
    expect(median).toBeLessThan(50);
    expect(endpoint.requests).toHaveLength(61);
  }, 30_000);

  it("has a client wait a second, and no longer once its password is right", async () => {
    const endpoint = await startEndpoint();
    const login = { username: "ops", password: await hashPassword("right") };
    const time = { now: 0 };
    const { port } = await startGateway(
      {
        services: { app: [endpoint.url] },
        consumers: [{ name: "ops", basic: login }],
        routes: [{ match: "/", service: "app", policies: { authenticate: [{ basic: {} }] } }],
      },
      { clock: { now: () => time.now } },
    );
    const send = (password: string) => ask("HTTP/1.1", port, { headers: basicOf(password) });
    const wrong = await Promise.all(Array.from({ length: 11 }, (_, i) => send(`wrong ${i}`)));
    expect(wrong.map(({ status }) => status).sort((a, b) => a - b)).toEqual([...Array(10).fill(401), 429]);
    const away = await send("right");
    expect([away.status, away.headers["retry-after"], JSON.parse(away.text).code]).toEqual([429, "1", "GW0506"]);
    time.now = 1_000;
    for (let i = 0; i < 3; i++) expect((await send("right")).status).toBe(200);
    // It is remembered: no attempt is needed, however many others fail.
    await Promise.all(Array.from({ length: 5 }, (_, i) => send(`still wrong ${i}`)));
    expect((await send("right")).status).toBe(200);
    // For a minute.
    time.now = 62_000;
    expect((await send("right")).status).toBe(200);
  }, 20_000);

  it("costs one check where many requests carry the same password", async () => {
    const endpoint = await startEndpoint();
    const login = { username: "ops", password: await hashPassword("right") };
    const { port } = await startGateway({
      services: { app: [endpoint.url] },
      consumers: [{ name: "ops", basic: login }],
      routes: [{ match: "/", service: "app", policies: { authenticate: [{ basic: {} }] } }],
    });
    const all = await Promise.all(
      Array.from({ length: 9 }, () => ask("HTTP/1.1", port, { headers: basicOf("right") })),
    );
    expect(all.map(({ status }) => status)).toEqual(all.map(() => 200));
  }, 20_000);
});
