import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";

const AUTHENTICATE = { authenticate: [{ apiKey: {} }] };

function findings(compose: object, route: object = {}, extra: object = {}): string[] {
  const value = {
    version: 1,
    services: { users: "http://localhost:4001" },
    routes: [{ match: "/shops/{shop}", compose, ...route }],
    ...extra,
  };
  return loadValue(value).diagnostics.map(({ code, path, message }) => `${code} ${path}: ${message}`);
}

const part = (path: string, more: object = {}): object => ({ service: "users", path, ...more });

describe("compose", () => {
  it("may name captures, what the client sent, who it is, and other parts", () => {
    const compose = {
      user: part("/users/{query.id}?shop={shop}", { headers: { "x-a": "{header.x-b} {consumer}" } }),
      orders: part("/orders/{user.body.id}/{claim.sub}", { optional: true, timeout: "1s", fallback: [] }),
    };
    expect(findings(compose, { policies: AUTHENTICATE, timeout: "2s" })).toEqual([]);
  });

  it.each<[what: string, compose: object, finding: string]>([
    [
      "captures that there are not",
      { a: part("/{id}") },
      "GW0148 routes[0].compose.a.path: {id} is not captured by the route's path",
    ],
    [
      "parts that there are not",
      { a: part("/{b.body.id}") },
      "GW0148 routes[0].compose.a.path: {b.body.id} names no part of this composition",
    ],
    [
      "what nothing is",
      { a: part("/{user.head}") },
      "GW0148 routes[0].compose.a.path: `{user.head}` names nothing that a part can be given",
    ],
    [
      "callers that nobody knows",
      { a: part("/{claim.sub}") },
      "GW0148 routes[0].compose.a.path: {claim.sub} is never known: the route has no `authenticate`",
    ],
    [
      "the same in a header",
      { a: part("/", { headers: { "x-a": "{nobody}" } }) },
      "GW0148 routes[0].compose.a.headers.x-a: {nobody} is not captured by the route's path",
    ],
    [
      "a path that goes up",
      { a: part("/a/../{shop}") },
      'GW0148 routes[0].compose.a.path: the path has a dot segment ("." or "..")',
    ],
    [
      "parts that need themselves",
      { a: part("/{a.status}") },
      "GW0149 routes[0].compose.a.path: the part `a` needs its own answer",
    ],
    [
      "parts that need each other",
      { a: part("/{b.status}"), b: part("/{a.status}") },
      "GW0149 routes[0].compose.a.path: parts wait for each other: a → b → a",
    ],
    ["no part", {}, "GW0103 routes[0].compose: routes[0].compose needs a part"],
    [
      "names that stand for something else",
      { query: part("/") },
      "GW0103 routes[0].compose.query: the name `query` must not be one of query, header, claim, consumer, which stand for what the client sent",
    ],
    [
      "fields that are the gateway's",
      { a: part("/", { headers: { "x-consumer-id": "1" } }) },
      "GW0103 routes[0].compose.a.headers.x-consumer-id: the name `x-consumer-id` is a field that the gateway itself sets",
    ],
    [
      "a fallback of what is not optional",
      { a: part("/", { optional: false, fallback: 1 }) },
      "GW0111 routes[0].compose.a.fallback: a part with a `fallback` is optional",
    ],
    [
      "statuses of an optional part",
      { a: part("/", { optional: true, pass: [404] }) },
      "GW0111 routes[0].compose.a.pass: `pass` means nothing for an optional part",
    ],
  ])("is refused with %s", (_what, compose, finding) => {
    expect(findings(compose)).toEqual([finding]);
  });

  it("is refused where a part may take longer than all of it", () => {
    expect(findings({ a: part("/", { timeout: "3s" }) }, { timeout: "2s" })).toEqual([
      "GW0111 routes[0].compose.a.timeout: the part's `timeout` is longer than the route's",
    ]);
  });

  it("is refused with more parts than anybody means", () => {
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`p${i}`, part("/")]));
    expect(findings(many)).toEqual(["GW0103 routes[0].compose: routes[0].compose has 33 parts; there may be 32"]);
  });

  it("warns of a part that needs one which may be missing, unless something stands in for it", () => {
    const user = part("/users/{shop}", { optional: true });
    const orders = part("/orders/{user.body.id}");
    expect(findings({ user, orders })).toEqual([
      "GW0150 routes[0].compose.orders: `orders` cannot be left out and needs `user`, which is optional",
    ]);
    expect(findings({ user: { ...user, fallback: { id: 0 } }, orders })).toEqual([]);
    expect(findings({ user, orders: { ...orders, optional: true } })).toEqual([]);
  });

  it("knows callers by a global authenticate", () => {
    expect(findings({ a: part("/{claim.sub}") }, {}, { policies: AUTHENTICATE })).toEqual([]);
  });
});

describe("mirror", () => {
  it("warns where it leads to the service that gets the requests anyhow", () => {
    const services = { users: "http://localhost:4001", shadow: "http://localhost:4002" };
    const found = (route: object): string[] =>
      loadValue({ version: 1, services, routes: [{ match: "/", ...route }] })
        .diagnostics.filter(({ severity }) => severity !== "note")
        .map(({ code, path }) => `${code} ${path}`);
    expect(found({ service: "users", mirror: { service: "shadow" } })).toEqual([]);
    expect(found({ service: "users", mirror: { service: "users" } })).toEqual(["GW0151 routes[0].mirror.service"]);
    expect(found({ split: { users: 1, shadow: 1 }, mirror: { service: "shadow" } })).toEqual([
      "GW0151 routes[0].mirror.service",
    ]);
  });
});
