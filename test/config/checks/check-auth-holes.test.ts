import { describe, expect, it } from "vitest";
import { loadValue } from "../../../src/config/load.ts";
import { createRuntime } from "../../../src/gateway/runtime.ts";
import { createDecider } from "../../../src/gateway/decide.ts";
import { systemClock } from "../../../src/shared/clock.ts";

const KEYS = { authenticate: [{ apiKey: {} }] };
const ANYBODY = { authenticate: [{ apiKey: {} }, { anonymous: true }] };

function load(routes: readonly object[], policies: object = {}) {
  const services = { orders: "http://localhost:4001", web: "http://localhost:4002" };
  return loadValue({ version: 1, services, policies, routes });
}

function findings(routes: readonly object[], policies: object = {}) {
  const { diagnostics } = load(routes, policies);
  return diagnostics
    .filter(({ code }) => code === "GW0125" || code === "GW0126")
    .map(({ code, path, witness }) => `${code} ${path} ${witness}`);
}

const closed = (match: unknown, more: object = {}) => ({
  name: "closed",
  match,
  service: "orders",
  policies: KEYS,
  ...more,
});
const open = (match: unknown, more: object = {}) => ({ name: "open", match, service: "orders", ...more });

describe("a way around authentication", () => {
  const holes: [string, object[], string][] = [
    ["a longer prefix", [closed("/api"), open("/api/internal")], "GET http://localhost/api/internal"],
    [
      "a longer prefix of another service",
      [closed("/api"), open("/api/x", { service: "web" })],
      "GET http://localhost/api/x",
    ],
    ["an exact path below", [closed("/api"), open({ path: { exact: "/api/x" } })], "GET http://localhost/api/x"],
    ["a capture below", [closed("/api"), open("/api/{id}/raw")], "GET http://localhost/api/x/raw"],
    [
      "a regex below",
      [closed("/api"), open({ host: "a.localhost", path: { regex: "^/api/[0-9]+$" } })],
      "GET http://a.localhost/api/0",
    ],
    ["another method", [closed({ path: "/orders", method: "GET" }), open("/orders")], "POST http://localhost/orders"],
    [
      "the method alone",
      [closed("/orders"), open({ path: "/orders", method: "DELETE" })],
      "DELETE http://localhost/orders",
    ],
    [
      "a header that decides",
      [closed({ path: "/orders", headers: { "x-tenant": { present: true } } }), open("/orders")],
      "GET http://localhost/orders",
    ],
    [
      "a header that opens",
      [closed("/orders"), open({ path: "/orders", headers: { "x-debug": "1" } })],
      "GET http://localhost/orders -H 'x-debug: 1'",
    ],
    [
      "a query that opens",
      [closed("/orders"), open({ path: "/orders", query: { preview: "1" } })],
      "GET http://localhost/orders?preview=1",
    ],
    ["a slash more", [closed({ path: { exact: "/admin" } }), open("/")], "GET http://localhost/admin/"],
    [
      "another host",
      [closed({ host: "*.localhost", path: "/api" }), open({ host: "a.localhost", path: "/api" })],
      "GET http://a.localhost/api",
    ],
  ];

  it.each(holes)("is %s", (_what, routes, witness) => {
    expect(findings(routes)).toEqual([`GW0125 routes[1] ${witness}`]);
  });

  it("is shown by a request that really gets through", () => {
    for (const [name, routes, witness] of holes) {
      const { config } = load(routes);
      if (config === undefined) throw new Error(`${name}: the config has errors`);
      const [, method = "", url = "", field] = /^(\S+) (\S+)(?: -H '(.*)')?$/.exec(witness) ?? [];
      const headers = field === undefined ? [] : [field.split(": ") as [string, string]];
      const decider = createDecider(createRuntime(config, { clock: systemClock, seed: 1 }));
      const decision = decider.decide({ method, url, headers });
      expect([decision.route, decision.outcome], name).toEqual(["open", "forward"]);
    }
  });

  it("is told once for each route, with the route that it goes around", () => {
    const routes = [closed("/api"), closed("/api/a", { name: "closed-too" }), open("/api/a/b")];
    const { diagnostics } = load(routes);
    const found = diagnostics.filter(({ code }) => code === "GW0125");
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      severity: "warning",
      path: "routes[2]",
      message: "route `open` leads to orders without `authenticate`, by a path that `closed` protects",
      hint: expect.stringContaining("see gatewayctl route GET http://localhost/api/a/b") as string,
    });
  });
});

describe("no way around authentication", () => {
  it.each([
    ["routes beside each other", [closed("/api"), open("/public", { service: "web" })]],
    ["a name that begins like it", [closed("/api"), open("/apix")]],
    ["a page of another service around it", [closed("/api"), open("/", { service: "web" })]],
    ["another service for the other methods", [closed({ path: "/api", method: "GET" }), open("/", { service: "web" })]],
    ["what asks for itself", [closed("/api"), open("/api/x", { policies: { authenticate: [{ basic: {} }] } })]],
    ["an answer of the gateway's own", [closed("/api"), { match: "/api/ping", respond: { status: 200 } }]],
    ["a redirect", [closed("/api"), { match: "/api/old", redirect: { to: "/new" } }]],
    ["nothing that is closed", [open("/api"), open("/api/x", { name: "more" })]],
    ["what only greets callers", [closed("/api", { policies: ANYBODY }), open("/api/x")]],
    [
      "another host's path",
      [closed({ host: "a.localhost", path: "/api" }), open({ host: "b.localhost", path: "/api" })],
    ],
    ["a route that nothing reaches", [closed("/api"), open("/api", { name: "late" })]],
  ])("is %s", (_what, routes) => {
    expect(findings(routes)).toEqual([]);
  });

  it("is looked for beside a mistake that may be the reason", () => {
    const wrong = open("/api/x", { policies: { authenticat: [{ apiKey: {} }] } });
    expect(findings([closed("/api"), wrong])).toEqual([]);
  });
});

describe("a route that is open on purpose", () => {
  const shown = "routes[1].policies.authenticate";

  it("is noted, and no warning, below a closed one", () => {
    const routes = [closed("/api"), open("/api/health", { policies: { authenticate: false } })];
    expect(findings(routes)).toEqual([`GW0126 ${shown} GET http://localhost/api/health`]);
    expect(load(routes).diagnostics.map(({ severity }) => severity)).not.toContain("warning");
    const anonymous = [closed("/api"), open("/api/health", { policies: ANYBODY })];
    expect(findings(anonymous)).toEqual([`GW0126 ${shown} GET http://localhost/api/health`]);
  });

  it("is noted where it opens what is closed globally", () => {
    const routes = [
      { match: "/a", service: "orders" },
      { match: "/b", service: "web", policies: { authenticate: false } },
    ];
    expect(findings(routes, KEYS)).toEqual([`GW0126 ${shown} GET http://localhost/b`]);
    expect(findings(routes, ANYBODY)).toEqual([]);
    expect(findings(routes, { authenticate: false })).toEqual([]);
    expect(findings(routes)).toEqual([]);
  });
});
