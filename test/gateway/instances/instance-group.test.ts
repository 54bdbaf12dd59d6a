import { describe, expect, it, onTestFinished } from "vitest";
import { createGroupSource } from "../../../src/admin/group-source.ts";
import { loadValue } from "../../../src/config/load.ts";
import { type GroupMember, InstanceGroup } from "../../../src/gateway/instances/instance-group.ts";
import type { InstanceSettings } from "../../../src/gateway/instances/protocol.ts";
import { serveInstance } from "../../../src/gateway/instances/serve-instance.ts";
import type { BoundListener } from "../../../src/gateway/gateway.ts";
import type { HealthChange } from "../../../src/gateway/gateway-service.ts";
import { systemClock, systemWallClock } from "../../../src/shared/clock.ts";
import { createMetrics } from "../../../src/telemetry/metrics/metrics.ts";
import { startEndpoint } from "../../helpers/endpoints.ts";
import { until } from "../../helpers/eventually.ts";
import { parseExposition } from "../../telemetry/metrics/exposition.ts";
import { linkPair } from "./link-pair.ts";

const DEAD = "http://127.0.0.1:1";

/** A group without processes: its instances are in this one, each on a port of its own. */
async function world(endpoints: readonly string[], patience = 2_000) {
  const { config } = loadValue({
    version: 1,
    listeners: [{ http: "127.0.0.1:0" }],
    services: { users: { endpoints }, own: { run: { command: "x" } } },
    routes: [
      { name: "users", match: { path: { regex: "^/users(/|$)" } }, service: "users" },
      { match: "/own", service: "own" },
    ],
  });
  if (config === undefined) throw new Error("the config is not valid");
  const settings: Omit<InstanceSettings, "known"> = {
    config,
    accessLog: config.telemetry.accessLog,
    name: "gatewayctl-test",
    seed: 1,
    level: "info",
    names: new Map(),
    screen: { isTTY: false, color: false, columns: 80 },
    baseDirectory: "/",
    ticketSecret: new Uint8Array(32),
    secret: new Uint8Array(32),
  };
  let text = "";
  const changes: HealthChange[] = [];
  const group = new InstanceGroup({
    onHealthChange: (change) => changes.push(change),
    onProtection: () => {},
    onCertificates: () => {},
    patience,
  });
  const add = async (number: number) => {
    const pair = linkPair();
    serveInstance(pair.instance, (more, sent) => {
      text += more;
      sent();
    });
    const member = group.join(number, 1_000 + number, pair.front);
    const bound = await group.start(member, settings, 5_000);
    const end = async (): Promise<void> => {
      await member.peer.call("stop", undefined).catch(() => {});
      pair.close();
      group.leave(member);
    };
    onTestFinished(end);
    return { member, url: (bound[0] as BoundListener).url, end };
  };
  const source = createGroupSource({
    servedBy: "workers",
    group,
    instance: "gatewayctl-test",
    listeners: () => ["http://localhost:1"],
    metrics: createMetrics(systemClock, systemWallClock),
    routes: () => [],
    clock: systemClock,
    wallClock: systemWallClock,
  });
  return { group, add, source, text: () => text, changes };
}

const requestsIn = async (metrics: Promise<string>): Promise<number> =>
  (parseExposition(await metrics).get("gatewayctl_requests_total")?.samples ?? []).reduce(
    (a, { value }) => a + value,
    0,
  );

describe("instances behind one front", () => {
  it("are one gateway to the admin API, and what one has counted outlives it", async () => {
    const { url } = await startEndpoint();
    const { add, source, text } = await world([url]);
    const [one, two] = [await add(1), await add(2)];
    for (let i = 0; i < 3; i++) await fetch(`${one.url}/users/1`);
    await fetch(`${two.url}/users/1`);
    await fetch(`${two.url}/nowhere`);
    expect(await source.status()).toMatchObject({
      instance: "gatewayctl-test",
      traffic: { requests: 5, errors: 0 },
      workers: [
        { worker: 1, pid: 1_001, requests: 3 },
        { worker: 2, pid: 1_002, requests: 2 },
      ],
    });
    expect((await source.services())[0]?.endpoints[0]).toMatchObject({ requests: 4, inFlight: 0 });
    expect(await requestsIn(source.metrics())).toBe(5);
    expect((await source.times())[0]).toMatchObject({ service: "users", endpoints: [{ endpoint: url, answers: 4 }] });

    await one.end();
    expect((await source.status()).traffic.requests).toBe(5);
    expect((await source.status()).workers).toHaveLength(1);
    expect((await source.services())[0]?.endpoints[0]).toMatchObject({ requests: 4 });
    expect(await requestsIn(source.metrics())).toBe(5);
    await until(() => text().split("\n").length === 6);
    expect(text().match(/"path":"\/users\/1"/g)).toHaveLength(4);
  });

  it("keep all their counts, however many have ended", async () => {
    const { url } = await startEndpoint();
    const { add, source } = await world([url]);
    for (let number = 1; number <= 7; number++) {
      const each = await add(1);
      await fetch(`${each.url}/users`);
      expect(await requestsIn(source.metrics())).toBe(number);
      await source.status();
      await each.end();
    }
    expect(await requestsIn(source.metrics())).toBe(7);
    expect((await source.status()).traffic.requests).toBe(7);
  });

  it("all obey, those that start later too, before their first request", async () => {
    const [a, b] = [await startEndpoint(), await startEndpoint()];
    const { group, add, source } = await world([a.url, b.url]);
    await add(1);
    expect(await source.changeEndpoint({ service: "users", endpoint: a.url, change: { draining: true } })).toBe(true);
    expect(await source.changeEndpoint({ service: "users", endpoint: b.url, change: { weight: 5 } })).toBe(true);
    expect(await source.changeEndpoint({ service: "users", endpoint: "http://x", change: { draining: true } })).toBe(
      false,
    );
    const spec = { id: b.url, protocol: "http", host: "127.0.0.1", port: b.port, weight: 1, backup: false } as const;
    group.setInstances({ service: "own", endpoints: [spec], starting: true });
    group.setStarting({ service: "own", starting: false });

    const late = await add(2);
    for (let i = 0; i < 4; i++) expect((await fetch(`${late.url}/users`)).status).toBe(200);
    expect((await fetch(`${late.url}/own`)).status).toBe(200);
    expect(a.requests).toHaveLength(0);
    expect((await source.services())[0]?.endpoints).toMatchObject([
      { id: a.url, draining: true, eligible: false },
      { id: b.url, weight: 5 },
    ]);
  });

  it("may see an endpoint differently, and that is shown; the log says it once", async () => {
    const { url } = await startEndpoint();
    const { add, source, changes, group } = await world([url, DEAD]);
    const [one] = [await add(1), await add(2)];
    for (let i = 0; i < 2; i++) await fetch(`${one.url}/users`);
    const seen = async () => (await source.services())[0]?.endpoints[1];
    expect(await seen()).toMatchObject({ health: "unhealthy", healthByInstance: { unhealthy: 1, unknown: 1 } });
    const healthy = parseExposition(await source.metrics()).get("gatewayctl_endpoint_healthy")?.samples ?? [];
    expect(healthy.find(({ labels }) => labels["endpoint"] === DEAD)?.value).toBe(0.5);
    await group.checkNow("users");
    expect(await seen()).not.toHaveProperty("healthByInstance");
    expect(changes.filter(({ endpoint, to }) => endpoint === DEAD && to === "unhealthy")).toHaveLength(1);
  });

  it("let what is in progress finish when they drain, and say what they cut when they stop", async () => {
    const held: (() => void)[] = [];
    const { url } = await startEndpoint((_, response) => void held.push(() => response.end("done")));
    const { group, add } = await world([url]);
    const [one, two] = [await add(1), await add(2)];
    const answers = [one, two].map((each) => fetch(`${each.url}/users`).then((response) => response.text()));
    await until(() => held.length === 2);
    expect(await group.requestsInFlight()).toBe(2);
    const drained = group.drain(2_000);
    held[0]?.();
    held[1]?.();
    expect(await Promise.all(answers)).toEqual(["done", "done"]);
    expect(await drained).toBe(0);
  });

  it("are passed over where one hangs, but not silently where it has to obey", async () => {
    const { url } = await startEndpoint();
    const { group, add, source } = await world([url], 300);
    await add(1);
    const hung: GroupMember = group.join(2, 1_002, { send: () => {}, onMessage: () => {}, onClose: () => {} });
    hung.servingSince = systemClock.now();
    await expect(
      source.changeEndpoint({ service: "users", endpoint: url, change: { draining: true } }),
    ).rejects.toMatchObject({ code: "GW0608", detail: expect.stringContaining("changeEndpoint was not answered") });
    expect((await source.status()).workers).toMatchObject([{ worker: 1 }]);
    expect(await group.drain(10)).toBe(0);
  });

  it("say why one cannot start", async () => {
    const first = await world(["http://127.0.0.1:1"]);
    const { url } = await first.add(1);
    const pair = linkPair();
    serveInstance(pair.instance, () => {});
    const member = first.group.join(2, 1_002, pair.front);
    const port = Number(new URL(url).port);
    const { config } = loadValue({ version: 1, listeners: [{ http: `127.0.0.1:${port}` }], services: { a: DEAD } });
    if (config === undefined) throw new Error("the config is not valid");
    const settings = { config, accessLog: false, name: "n", seed: 1, level: "info", names: new Map() } as const;
    const rest = {
      screen: { isTTY: false, color: false, columns: 80 },
      baseDirectory: "/",
      ticketSecret: new Uint8Array(32),
      secret: new Uint8Array(32),
    };
    await expect(first.group.start(member, { ...settings, ...rest }, 5_000)).rejects.toMatchObject({
      code: "GW0010",
      message: `Port ${port} is in use.`,
    });
    expect(first.group.serving).toHaveLength(1);
  });
});
