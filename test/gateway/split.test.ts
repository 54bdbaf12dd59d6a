import { describe, expect, it } from "vitest";
import { createDecider } from "../../src/gateway/decide.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import { Splitter } from "../../src/gateway/split.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { startEndpoint } from "../helpers/endpoints.ts";
import { configOf, startGateway } from "../helpers/gateway.ts";
import { ask, WIRES } from "../helpers/wires.ts";

function tally(splitter: Splitter, keys: readonly (string | undefined)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const key of keys) {
    const service = splitter.pick(key);
    counts[service] = (counts[service] ?? 0) + 1;
  }
  return counts;
}

const turns = (count: number): undefined[] => Array.from({ length: count }, () => undefined);
const keys = (count: number): string[] => Array.from({ length: count }, (_, i) => `client ${i}`);

describe("a split in turn", () => {
  it("gives each service exactly its share, spread out", () => {
    expect(tally(new Splitter({ by: undefined, to: { a: 90, b: 10 } }), turns(100))).toEqual({ a: 90, b: 10 });
    expect(tally(new Splitter({ by: undefined, to: { a: 0.5, b: 0.25, c: 0 } }), turns(300))).toEqual({
      a: 200,
      b: 100,
    });
    const splitter = new Splitter({ by: undefined, to: { a: 2, b: 1 } });
    const order = turns(6).map(() => splitter.pick(undefined));
    expect(order.join("")).toBe("abaaba");
  });
});

describe("a split by a key", () => {
  const split = (to: Record<string, number>): Splitter => new Splitter({ by: "cookie:group", to });

  it("keeps a client where it is, with every gateway and after every start", () => {
    const [one, other] = [split({ a: 90, b: 10 }), split({ a: 90, b: 10 })];
    for (const key of keys(100)) {
      const service = one.pick(key);
      expect([one.pick(key), other.pick(key)]).toEqual([service, service]);
    }
  });

  it("gives each service about its share of clients", () => {
    const counts = tally(split({ a: 90, b: 10, c: 0 }), keys(10_000));
    // Binomial: 1,000 of 10,000, with a standard deviation of √(10,000 · 0.1 · 0.9) = 30; five of them.
    expect(Math.abs((counts["b"] ?? 0) - 1_000)).toBeLessThan(150);
    expect(counts["c"]).toBeUndefined();
  });

  it("moves one client in ten, and in one direction, when 90:10 becomes 80:20", () => {
    const [before, after] = [split({ a: 90, b: 10 }), split({ a: 80, b: 20 })];
    const moves = keys(10_000).map((key) => `${before.pick(key)}${after.pick(key)}`);
    const count = (move: string): number => moves.filter((one) => one === move).length;
    expect(Math.abs(count("ab") - 1_000)).toBeLessThan(150);
    expect(count("ba")).toBe(0);
  });

  it("moves only the share of a service that is new", () => {
    const [before, after] = [split({ a: 1, b: 1 }), split({ a: 1, b: 1, c: 2 })];
    const moved = keys(10_000).filter((key) => before.pick(key) !== after.pick(key));
    expect(moved.every((key) => after.pick(key) === "c")).toBe(true);
    expect(Math.abs(moved.length - 5_000)).toBeLessThan(250);
  });
});

describe("a route with a split, asked", () => {
  const CONFIG = {
    services: { a: ["http://127.0.0.1:1", "http://127.0.0.1:2"], b: ["http://127.0.0.1:3"] },
    routes: [
      { name: "turns", match: "/turns", split: { a: 3, b: 1 } },
      { name: "keyed", match: "/keyed", split: { by: "header:x-user", to: { a: 1, b: 1 } } },
    ],
  };
  const decider = () => createDecider(createRuntime(configOf(CONFIG), { clock: systemClock, seed: 1 }));

  it("names the service that has its turn, and why", () => {
    const { service, split, endpoint, outcome } = decider().decide({ method: "GET", url: "/turns" });
    expect({ service, endpoint, outcome }).toEqual({
      service: "a",
      endpoint: "http://127.0.0.1:1",
      outcome: "forward",
    });
    expect(split).toEqual({
      service: "a",
      by: null,
      reason: "a has the most credit after each earned its weight, and pays for the round",
      services: [
        { service: "a", weight: 3, eligible: true, score: 3, reason: "credit 3 after earning 3, most" },
        { service: "b", weight: 1, eligible: true, score: 1, reason: "credit 1 after earning 1" },
      ],
    });
  });

  it("goes on from one request to the next, apart from live traffic", () => {
    const one = decider();
    const services = Array.from({ length: 4 }, () => one.decide({ method: "GET", url: "/turns" }).service);
    expect(services.join("")).toBe("aaba");
  });

  it("names the client's own service", () => {
    const of = (user?: string) => {
      const headers: [string, string][] = user === undefined ? [] : [["x-user", user]];
      return decider().decide({ method: "GET", url: "/keyed", headers, ip: "10.0.0.7" }).split;
    };
    expect(of("ada")).toMatchObject({ by: "header:x-user", reason: expect.stringMatching(/^[ab] owns key "ada"$/) });
    // A client without the key is known by its address.
    expect(of()?.reason).toMatch(/^[ab] owns key "10\.0\.0\.7"$/);
  });
});

describe("a cache in front of a split", () => {
  it("says that each service has a part of its own", () => {
    const raw = {
      services: { a: ["http://127.0.0.1:1"], b: ["http://127.0.0.1:3"] },
      versioning: { from: ["header:accept-version"], versions: { "1": {} } },
      routes: [{ match: "/", split: { a: 3, b: 1 }, policies: { cache: {} } }],
    };
    const decider = createDecider(createRuntime(configOf(raw), { clock: systemClock, seed: 1 }));
    const { policies } = decider.decide({ method: "GET", url: "/" });
    expect(policies[0]?.reason).toContain("looked up by scheme, host, path and query, version, picked service, and");
  });
});

describe.each(WIRES)("a split over %s", (wire) => {
  it("gives each service its share of requests, which logs name it for", async () => {
    const [one, other] = [await startEndpoint(), await startEndpoint()];
    const { port, finished } = await startGateway({
      services: { one: [one.url], other: [other.url] },
      routes: [{ name: "r", match: "/", split: { one: 3, other: 1 } }],
    });
    for (let i = 0; i < 12; i++) await ask(wire, port);
    expect([one.requests.length, other.requests.length]).toEqual([9, 3]);
    expect(finished.map(({ serviceName }) => (serviceName === "one" ? 1 : 2)).join("")).toBe("112111211121");
    expect(new Set(finished.map(({ routeName }) => routeName))).toEqual(new Set(["r"]));
  });

  it("keeps clients by a cookie where they are", async () => {
    const [one, other] = [await startEndpoint(), await startEndpoint()];
    const { port, finished } = await startGateway({
      services: { one: [one.url], other: [other.url] },
      routes: [{ match: "/", split: { by: "cookie:group", to: { one: 1, other: 1 } } }],
    });
    const seen = new Map<string, Set<unknown>>();
    for (let i = 0; i < 40; i++) {
      const group = `g${i % 10}`;
      await ask(wire, port, { headers: { cookie: `x=1; group=${group}` } });
      const services = seen.get(group) ?? new Set();
      seen.set(group, services.add(finished.at(-1)?.serviceName));
    }
    expect([...seen.values()].every((services) => services.size === 1)).toBe(true);
    // Of ten groups, all in one service would be a chance of 2 in 1,024; these are not.
    expect(one.requests.length * other.requests.length).toBeGreaterThan(0);
  });

  it("lets a share fail whose service is down, and tries again only within it", async () => {
    const endpoint = await startEndpoint();
    const gone = [await startEndpoint(), await startEndpoint()];
    await Promise.all(gone.map((one) => one.kill()));
    const { port, finished } = await startGateway({
      services: { good: [endpoint.url], next: gone.map(({ url }) => url), none: [{ url: endpoint.url, weight: 0 }] },
      routes: [
        { match: "/a", split: { good: 1, next: 1 } },
        { match: "/b", split: { none: 1 } },
      ],
    });
    for (let i = 0; i < 4; i++) await ask(wire, port, { path: "/a" });
    const seen = finished.map(({ serviceName, status, code, attempts }) => ({ serviceName, status, code, attempts }));
    expect(seen).toEqual([
      { serviceName: "good", status: 200, code: undefined, attempts: 1 },
      { serviceName: "next", status: 502, code: "GW0301", attempts: expect.any(Number) },
      { serviceName: "good", status: 200, code: undefined, attempts: 1 },
      { serviceName: "next", status: 502, code: "GW0301", attempts: expect.any(Number) },
    ]);
    expect(finished[1]?.attempts).toBeGreaterThan(1);
    expect((await ask(wire, port, { path: "/b" })).status).toBe(503);
  });

  it("gives nobody what the cache has of another service", async () => {
    const answering = (name: string) =>
      startEndpoint((_, response) => {
        response.setHeader("Cache-Control", "max-age=60");
        response.end(name);
      });
    const [one, other] = [await answering("one"), await answering("other")];
    const policies = { cache: { ttl: "1m" } };
    const { port } = await startGateway({
      services: { one: [one.url], other: [other.url] },
      routes: [
        { match: "/keyed", split: { by: "header:x-user", to: { one: 1, other: 1 } }, policies },
        { match: "/turns", split: { one: 3, other: 1 }, policies },
      ],
    });
    const said = async (path: string, user = "") => (await ask(wire, port, { path, headers: { "x-user": user } })).text;
    const splitter = new Splitter({ by: "header:x-user", to: { one: 1, other: 1 } });
    for (const user of [...keys(8), ...keys(8)]) expect(await said("/keyed", user)).toBe(splitter.pick(user));
    expect([one.requests.length, other.requests.length]).toEqual([1, 1]);
    const turns: string[] = [];
    for (let i = 0; i < 8; i++) turns.push(await said("/turns"));
    expect(turns.map((name) => (name === "one" ? 1 : 2)).join("")).toBe("11211121");
    expect([one.requests.length, other.requests.length]).toEqual([2, 2]);
  });
});
