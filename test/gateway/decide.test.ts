import { describe, expect, it } from "vitest";
import { createDecider } from "../../src/gateway/decide.ts";
import { createRuntime } from "../../src/gateway/runtime.ts";
import { systemClock } from "../../src/shared/clock.ts";
import { configOf } from "../helpers/gateway.ts";

const URLS = ["http://localhost:4001", "http://localhost:4002", "http://localhost:4003"];

function decide(raw: Readonly<Record<string, unknown>>) {
  const runtime = createRuntime(configOf(raw), { clock: systemClock, seed: "test" });
  return { runtime, decider: createDecider(runtime) };
}

const raw = {
  services: { users: URLS, orders: ["http://localhost:4011", "http://localhost:4012"] },
  routes: [
    { name: "users", match: { path: "/users" }, service: "users" },
    { name: "more-users", match: "/more", service: "users" },
    { name: "orders", match: { path: "/orders", method: "POST" }, service: "orders" },
    { name: "moved", match: { path: { exact: "/moved" } }, redirect: { to: "/users", status: 307 } },
    { name: "ping", match: { path: { exact: "/ping" } }, respond: { status: 204 } },
  ],
};
const get = (url: string) => ({ method: "GET", url });

describe("a decider", () => {
  it("decides as if each request had been answered before the next: turns go on, per service, across routes", () => {
    const { decider } = decide(raw);
    const asked = ["/users", "/more", "/users/x", "/more/y"].map((url) => decider.decide(get(url)).endpoint);
    expect(asked).toEqual([URLS[0], URLS[1], URLS[2], URLS[0]]);
    expect(decider.decide({ method: "POST", url: "/orders" }).endpoint).toBe("http://localhost:4011");
  });

  it("leaves no trace in the runtime: another decider begins where that one began", () => {
    const { runtime, decider } = decide(raw);
    for (let i = 0; i < 4; i++) decider.decide(get("/users"));
    expect(createDecider(runtime).decide(get("/users")).endpoint).toBe(URLS[0]);
    expect(
      runtime.services
        .get("users")
        ?.upstream.snapshot()
        .endpoints.map(({ requests }) => requests),
    ).toEqual([0, 0, 0]);
  });

  it("marks the chosen route, and those that match but come after it", () => {
    const { decider } = decide({
      ...raw,
      routes: [...raw.routes, { name: "all", match: "/", service: "orders" }],
    });
    const { considered } = decider.decide(get("/users/7"));
    expect(considered.filter(({ matched }) => matched).map(({ route, chosen }) => [route, chosen])).toEqual([
      ["users", true],
      ["all", false],
    ]);
  });

  it("passes on drained, unhealthy and backup endpoints as live traffic does", () => {
    const { runtime, decider } = decide({
      ...raw,
      services: { ...raw.services, users: [URLS[0], { url: URLS[1], backup: true }, { url: URLS[2], weight: 0 }] },
    });
    const { candidates, endpoint } = decider.decide(get("/users"));
    expect(endpoint).toBe(URLS[0]);
    expect(candidates.map(({ eligible }) => eligible)).toEqual([true, false, false]);
    for (const { reason } of candidates.slice(1)) expect(reason).not.toBe("");
    runtime.services.get("users")?.upstream.drain(URLS[0] as string);
    expect(createDecider(runtime).decide(get("/users")).endpoint).toBe(URLS[1]);
  });

  it.each([
    ["GET", "/ping", { outcome: "respond", status: 204, route: "ping", reason: "the route answers by itself" }],
    ["GET", "/moved", { outcome: "respond", status: 307, reason: "the route redirects to /users" }],
    ["GET", "/orders", { outcome: "reject", status: 405, code: "GW0202", reason: expect.stringContaining("POST") }],
    ["GET", "/none", { outcome: "reject", status: 404, code: "GW0201", reason: "no route matches" }],
    ["GET", "/users/%2e%2e", { outcome: "reject", status: 400, code: "GW0204" }],
  ])("%s %s", (method, url, expected) => {
    const { decider } = decide(raw);
    const said = decider.decide({ method, url });
    expect(said).toMatchObject({ service: null, endpoint: null, algorithm: null, candidates: [], ...expected });
  });

  it("throws GW0002 for what is no URL", () => {
    expect(() => decide(raw).decider.decide(get("users"))).toThrow(expect.objectContaining({ code: "GW0002" }));
  });
});
