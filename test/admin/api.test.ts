import { describe, expect, it } from "vitest";
import { createFakeSource, endpoint } from "./fake-source.ts";
import { ask, runAdmin, type RunningAdmin } from "./running-admin.ts";

const pathOf = (service: string, id: string, action: string): string =>
  `/api/services/${encodeURIComponent(service)}/endpoints/${encodeURIComponent(id)}/${action}`;

function post({ admin, token }: RunningAdmin, path: string, body: string) {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return ask(admin.port, path, { method: "POST", headers, body });
}

describe("reading", () => {
  it("lists what there is, and all of it is there", async () => {
    const { admin } = await runAdmin();
    const { json } = await ask(admin.port, "/api");
    const pages = json["pages"] as { method: string; path: string }[];
    expect(json).toMatchObject({ schemaVersion: 1, name: "gatewayctl", version: "0.0.0-test" });
    for (const { method, path } of pages.filter((page) => page.method === "GET")) {
      expect((await ask(admin.port, path, { method })).status, path).toBe(200);
    }
    expect(pages.filter((page) => page.method === "POST")).toHaveLength(6);
  });

  it("gives the status, with the endpoints that are down", async () => {
    const { admin } = await runAdmin();
    const { json } = await ask(admin.port, "/api/status");
    expect(json).toMatchObject({
      schemaVersion: 1,
      pid: process.pid,
      config: "/somewhere/gateway.config.yaml",
      listeners: ["http://localhost:8080"],
      requestsInFlight: 3,
      traffic: { requests: 12_345, p99Ms: 8.4 },
      services: 2,
      unhealthy: [
        { service: "users", endpoint: "http://localhost:4003", reason: "connection refused", sinceMs: 12_000 },
      ],
    });
  });

  it("gives services and routes", async () => {
    const { admin, source } = await runAdmin();
    const services = await ask(admin.port, "/api/services");
    expect(services.json).toEqual({ schemaVersion: 1, services: source.list });
    expect((await ask(admin.port, "/api/routes")).json).toMatchObject({
      schemaVersion: 1,
      routes: [{ route: "users" }],
    });
  });

  it("gives metrics in Prometheus's media type", async () => {
    const { admin } = await runAdmin();
    const { headers, text } = await ask(admin.port, "/metrics");
    expect(headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(text).toContain("a 1\n");
  });

  it("answers on ::1 as well", async () => {
    const { admin } = await runAdmin();
    const answer = await ask(admin.port, "/healthz", { host: "::1" }).catch((error: NodeJS.ErrnoException) => error);
    // A machine without IPv6 has no ::1 to bind.
    if (answer instanceof Error) expect(["EADDRNOTAVAIL", "ENETUNREACH", "EAFNOSUPPORT"]).toContain(answer.code);
    else expect(answer.status).toBe(200);
  });

  it.each(["/", "/api/", "/api/nothing", "/%zz", "/api/services/users", "/metrics/x"])(
    "says that %s is not there",
    async (path) => {
      const { admin } = await runAdmin();
      const { status, json, headers } = await ask(admin.port, path);
      expect([status, json["code"]]).toEqual([404, "GW0606"]);
      expect(headers["content-type"]).toMatch(/^application\/problem\+json/);
    },
  );

  it("tells nothing of a bug", async () => {
    const source = { ...createFakeSource(), metrics: () => Promise.reject(new Error("a secret of the inside")) };
    const { admin } = await runAdmin(undefined, source);
    const { status, json, text } = await ask(admin.port, "/metrics");
    expect([status, json["code"]]).toEqual([500, "GW0499"]);
    expect(text).not.toContain("secret");
  });
});

describe("changing state", () => {
  it("drains, enables and weighs, and answers with the new state", async () => {
    const running = await runAdmin();
    const id = "http://localhost:4001";
    const drained = await post(running, pathOf("users", id, "drain"), "{}");
    expect(drained.json).toMatchObject({ schemaVersion: 1, service: "users", endpoint: { id, draining: true } });
    const enabled = await post(running, pathOf("users", id, "enable"), "");
    expect(enabled.json).toMatchObject({ endpoint: { id, draining: false } });
    const weighed = await post(running, pathOf("users", id, "weight"), '{"weight": 5}');
    expect(weighed.json).toMatchObject({ endpoint: { id, weight: 5 } });
    expect(running.source.calls).toEqual([`drain users ${id}`, `enable users ${id}`, `weight users ${id} 5`]);
  });

  it("finds ids that are odd, or long", async () => {
    const ids = [
      "http://[::1]:4001",
      "http://xn--bcher-kva.example:80",
      `http://${"a.".repeat(120)}example:1`,
      "tcp://a:1",
    ];
    const list = [
      { service: "a.b-c_d", algorithm: "random", mode: "normal" as const, endpoints: ids.map((id) => endpoint(id)) },
    ];
    const running = await runAdmin(undefined, createFakeSource(list));
    for (const id of ids) {
      expect((await post(running, pathOf("a.b-c_d", id, "drain"), "{}")).json, id).toMatchObject({ endpoint: { id } });
    }
  });

  it.each([
    ["an unknown service", "user", "http://localhost:4001", /There is no service "user"\. Did you mean users\?/],
    ["an unknown endpoint", "users", "http://localhost:4009", /Did you mean http:\/\/localhost:400/],
    ["a name of an object's own", "constructor", "http://localhost:4001", /no service/],
    ["nothing alike", "zzz", "x", /There are users, orders\./],
  ])("says 404 for %s, and what is meant", async (_what, service, id, detail) => {
    const running = await runAdmin();
    const { status, json } = await post(running, pathOf(service, id, "drain"), "{}");
    expect([status, json["code"]]).toEqual([404, "GW0604"]);
    expect(json["detail"]).toMatch(detail);
    expect(running.source.calls).toEqual([]);
  });

  it.each([
    ["weight", ""],
    ["weight", "{}"],
    ["weight", '{"weight":"3"}'],
    ["weight", '{"weight":-1}'],
    ["weight", '{"weight":1.5}'],
    ["weight", '{"weight":65536}'],
    ["weight", '{"weight":1e999}'],
    ["weight", '{"weight":3,"other":1}'],
    ["weight", "[3]"],
    ["weight", "3"],
    ["weight", '{"weight":3'],
    ["weight", '{"__proto__":{"weight":3}}'],
    ["drain", '{"now":true}'],
    ["enable", "[]"],
    ["enable", "nonsense"],
  ])("says 400 for %s with the body %s", async (action, body) => {
    const running = await runAdmin();
    const { status, json } = await post(running, pathOf("users", "http://localhost:4001", action), body);
    expect([status, json["code"]]).toEqual([400, "GW0605"]);
    expect(running.source.calls).toEqual([]);
  });

  it("does not read a body without end", async () => {
    const running = await runAdmin();
    const body = JSON.stringify({ weight: 3, filler: "x".repeat(100_000) });
    const { status } = await post(running, pathOf("users", "http://localhost:4001", "weight"), body);
    expect(status).toBe(400);
    expect(running.source.calls).toEqual([]);
  });

  it("says 404 if the endpoint went away in between", async () => {
    const source = createFakeSource();
    const leaves = { ...source, changeEndpoint: async () => source.list.splice(0).length < 0 };
    const running = await runAdmin(undefined, leaves);
    expect((await post(running, pathOf("users", "http://localhost:4001", "drain"), "{}")).status).toBe(404);
  });
});
