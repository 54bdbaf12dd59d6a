import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
services:
  users: http://localhost:4001
  orders: [http://localhost:4010, http://localhost:4011]
  none: { endpoints: [{ url: http://localhost:4020, weight: 0 }] }
  shadow: http://localhost:4030
routes:
  - name: dashboard
    match: { path: "/shops/{shop}" }
    compose:
      orders: { service: orders, path: "/orders/{shop}?user={user.body.id}&s={user.status}" }
      user: { service: users, path: "/users/{query.id}" }
      ads: { service: none, path: /ads, optional: true }
      tips: { service: users, path: "/tips/{query.tip}", fallback: [] }
  - name: lost
    match: /lost
    compose:
      ads: { service: none, path: /ads, method: POST }
  - name: copied
    match: /copied
    service: users
    mirror: { service: shadow, percent: 5% }
    rewrite: { stripPrefix: true }
`;

const files = { "gateway.config.yaml": CONFIG };

async function decide(...argv: string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await runCli(["route", ...argv, "--json"], { files });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("route, of a composition", () => {
  it("names every part, its path as it would be sent, and the endpoint picked", async () => {
    const said = await decide("GET", "/shops/a%2Fb?id=7&tip=x");
    expect(said).toMatchObject({
      route: "dashboard",
      service: null,
      endpoint: null,
      outcome: "respond",
      status: 200,
      reason: "composed of orders, user, ads (optional), tips (optional)",
    });
    expect(said["parts"]).toEqual([
      {
        part: "orders",
        service: "orders",
        method: "GET",
        path: "/orders/a%2Fb?user={user.body.id}&s={user.status}",
        endpoint: "http://localhost:4010",
        algorithm: "round-robin",
        optional: false,
        after: ["user"],
        reason: expect.any(String),
      },
      expect.objectContaining({ part: "user", path: "/users/7", endpoint: "http://localhost:4001", after: [] }),
      expect.objectContaining({
        part: "ads",
        path: "/ads",
        endpoint: null,
        optional: true,
        reason: "service none has no endpoint to use",
      }),
      expect.objectContaining({ part: "tips", path: "/tips/x", optional: true }),
    ]);
  });

  it("says what a request lacks, and passes over what an optional part lacks", async () => {
    const without = await decide("GET", "/shops/a");
    expect(without).toMatchObject({
      outcome: "reject",
      status: 400,
      code: "GW0525",
      reason: "the part user cannot be asked for: {query.id} is missing",
    });
    const { parts } = await decide("GET", "/shops/a?id=7");
    expect(parts).toContainEqual(
      expect.objectContaining({ part: "tips", path: null, endpoint: null, reason: "{query.tip} is missing" }),
    );
  });

  it("says which part would fail, and which methods are composed", async () => {
    expect(await decide("GET", "/lost")).toMatchObject({ outcome: "reject", status: 502, code: "GW0524" });
    expect(await decide("PUT", "/lost")).toMatchObject({ outcome: "reject", status: 405, code: "GW0202" });
    expect(await decide("OPTIONS", "/lost")).toMatchObject({ outcome: "respond", status: 204 });
  });

  it("is written a line a part", async () => {
    const { stdout } = await runCli(["route", "GET", "/shops/a?id=7"], { files });
    expect(stdout).toContain("GET /shops/a?id=7  → 200");
    expect(stdout).toContain(
      "✓ orders  GET /orders/a?user={user.body.id}&s={user.status}  → orders → http://localhost:4010  after user; round-robin:",
    );
    expect(stdout).toMatch(/· ads +GET \/ads +→ none {2}optional; /);
  });
});

describe("route, of a mirror", () => {
  it("says where copies go, and how many", async () => {
    expect((await decide("GET", "/copied"))["mirror"]).toEqual({
      service: "shadow",
      percent: 5,
      reason: "a copy of 5% goes to shadow",
    });
    const { stdout } = await runCli(["route", "GET", "/copied"], { files });
    expect(stdout).toMatch(/mirror +a copy of 5% goes to shadow/);
  });
});

describe("routes", () => {
  it("says what compositions are made of, and where mirrors lead", async () => {
    const { stdout } = await runCli(["routes", "--json"], { files });
    const { routes } = JSON.parse(stdout) as { routes: { action: string }[] };
    expect(routes.map(({ action }) => action)).toEqual([
      "composed of orders, user (users), ads (none)?, tips (users)?",
      "composed of ads (none)",
      "users (prefix stripped, 5% mirrored to shadow)",
    ]);
  });
});
