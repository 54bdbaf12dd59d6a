import { describe, expect, it } from "vitest";
import { compileConfig } from "../../src/config/compile.ts";
import type { Config } from "../../src/config/config.ts";
import { configSchema } from "../../src/config/schema.ts";

function compile(input: object): Config {
  return compileConfig(configSchema.parse({ version: 1, ...input }), new Set());
}

describe("compileConfig", () => {
  it("gives every route one action", () => {
    const { routes } = compile({
      routes: [
        { match: "/a", service: "a" },
        { match: "/b", split: { a: 1, b: 2 } },
        { match: "/c", redirect: { to: "/d" } },
        { match: "/d", respond: { body: "x" } },
        { match: "/e", compose: { user: { service: "a", path: "/u" } } },
      ],
    });
    expect(routes.map(({ action }) => action)).toEqual([
      { kind: "forward", service: "a" },
      { kind: "split", to: { a: 1, b: 2 } },
      { kind: "redirect", to: "/d", status: 302 },
      { kind: "respond", status: 200, headers: {}, body: "x" },
      { kind: "compose", parts: { user: expect.objectContaining({ service: "a", path: "/u", optional: false }) } },
    ]);
    expect(routes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4]);
  });

  it("lets requests wait for services that gatewayctl starts, and for no others", () => {
    const { services } = compile({
      services: {
        started: { run: { command: "node a.js" } },
        hasty: { run: { command: "node a.js" }, hold: false },
        given: { endpoints: ["http://a:1"], hold: "2s" },
        other: "http://a:1",
        off: { endpoints: ["http://a:1"], run: false },
      },
    });
    const holds = Object.fromEntries(Object.values(services).map(({ name, hold }) => [name, hold]));
    expect(holds).toEqual({ started: 15_000, hasty: 0, given: 2_000, other: 0, off: 0 });
    expect(services["off"]?.run).toBeUndefined();
  });

  it("takes a service in all its forms for the same", () => {
    const { services } = compile({
      services: { a: "http://h:1", b: ["http://h:1"], c: { endpoints: ["http://h:1"] } },
    });
    const unnamed = Object.values(services).map(({ name: _name, ...rest }) => rest);
    expect(unnamed[0]).toEqual(unnamed[2]);
    expect(unnamed[1]).toEqual(unnamed[2]);
  });
});

describe("names of routes", () => {
  it("are made from the path, and unique", () => {
    const { routes } = compile({
      routes: [
        { match: "/users", service: "a" },
        { match: "/users/", service: "a" },
        { match: { path: { exact: "/orders/{id}" } }, service: "a" },
        { match: "/", service: "web" },
        { match: { path: { regex: "^/x" } }, respond: {} },
        { match: { method: "POST" }, service: "web" },
        { name: "users-3", match: "/z", service: "a" },
        { match: "/users", service: "b" },
      ],
    });
    expect(routes.map(({ name }) => name)).toEqual([
      "users",
      "users-2",
      "orders/{id}",
      "web",
      "route-5",
      "web-2",
      "users-3",
      "users-4",
    ]);
  });
});

describe("policies of a route", () => {
  const limit = (by: string): object => ({ limit: 1, window: "1s", by });

  it("are those of the route over the global ones, in one order", () => {
    const { routes } = compile({
      policies: { compress: {}, cors: { origins: ["*"] }, concurrency: { limit: 1 }, ipFilter: { deny: [] } },
      routes: [
        {
          match: "/a",
          service: "a",
          policies: { cache: {}, cors: false, concurrency: { limit: 9 }, authenticate: [{ basic: {} }] },
        },
      ],
    });
    expect(routes[0]?.policies.map(({ slot, from }) => `${slot} ${from}`)).toEqual([
      "ipFilter global",
      "compress global",
      "authenticate route",
      "concurrency route",
      "cache route",
    ]);
    expect(routes[0]?.policies[3]?.options).toMatchObject({ limit: 9, queue: 0 });
  });

  it("count by identity after authentication, all else before", () => {
    const rateLimit = [limit("consumer"), limit("ip"), limit("claim:plan"), limit("header:x-a")];
    const { routes } = compile({
      policies: { authenticate: [{ basic: {} }] },
      routes: [{ match: "/a", service: "a", policies: { rateLimit } }],
    });
    const placed = routes[0]?.policies.map(({ slot, options }) => [slot, options]) ?? [];
    expect(placed.map(([slot]) => slot)).toEqual(["rateLimit", "authenticate", "rateLimit:identity"]);
    expect(placed[0]?.[1]).toMatchObject([{ by: "ip" }, { by: "header:x-a" }]);
    expect(placed[2]?.[1]).toMatchObject([{ by: "consumer" }, { by: "claim:plan" }]);
  });
});
