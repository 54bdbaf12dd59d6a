import { describe, expect, it } from "vitest";
import { runCli, type FakeOptions } from "../../helpers/context.ts";

const CONFIG = `version: 1
services:
  users: [http://localhost:4001, http://localhost:4002]
  shares:
    endpoints:
      - { url: http://localhost:4011, weight: 5 }
      - http://localhost:4012
      - http://localhost:4013
    algorithm: weighted-round-robin
  carts:
    endpoints: [http://localhost:4021, http://localhost:4022, http://localhost:4023]
    algorithm: { name: consistent-hash, key: "header:x-user" }
  byip:
    endpoints: [http://localhost:4031, http://localhost:4032, http://localhost:4033]
    algorithm: ip-hash
  dice:
    endpoints: [http://localhost:4041, http://localhost:4042, http://localhost:4043]
    algorithm: random
  worker:
    run: { command: node worker.js, instances: 2 }
  off:
    endpoints: [{ url: http://localhost:4061, weight: 0 }]
routes:
  - { name: users, match: /users, service: users }
  - { name: beta, match: { path: /users, headers: { x-beta: "true" } }, service: shares }
  - { name: shares, match: { path: /shares, method: [GET, POST] }, service: shares }
  - { name: carts, match: /carts, service: carts }
  - { name: byip, match: /byip, service: byip }
  - { name: dice, match: /dice, service: dice }
  - { name: worker, match: /worker, service: worker }
  - { name: off, match: /off, service: off }
  - { name: inside, match: { path: "/u/{id}" }, service: users, rewrite: { path: "/users/{id}", host: users.internal } }
  - { name: ping, match: { path: { exact: /ping } }, respond: { status: 418, body: pong } }
  - { name: old, match: { path: { exact: /old } }, redirect: { to: /users, status: 308 } }
`;

const files = { "gateway.config.yaml": CONFIG };
const route = (argv: readonly string[], options: FakeOptions = {}) => runCli(["route", ...argv], { files, ...options });

async function json(argv: readonly string[]): Promise<Record<string, unknown>> {
  const { exitCode, stdout, stderr } = await route([...argv, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** What is known of an endpoint that has had no request. */
const IDLE = { weight: 1, inFlight: 0, latencyMs: 0 };

describe("route --json", () => {
  it("has exactly the keys that others build on", async () => {
    const said = await json(["GET", "/users/7?v=2"]);
    expect(said).toEqual({
      schemaVersion: 1,
      request: {
        method: "GET",
        scheme: "http",
        host: "localhost",
        path: "/users/7",
        query: "v=2",
        clientIp: "127.0.0.1",
      },
      route: "users",
      service: "users",
      endpoint: "http://localhost:4001",
      algorithm: "round-robin",
      outcome: "forward",
      status: null,
      reason: expect.any(String),
      policies: [],
      considered: expect.any(Array),
      candidates: [
        { endpoint: "http://localhost:4001", eligible: true, score: 0, ...IDLE, reason: expect.any(String) },
        { endpoint: "http://localhost:4002", eligible: true, score: 1, ...IDLE, reason: expect.any(String) },
      ],
    });
    const considered = said["considered"] as { route: string; matched: boolean; reason: string }[];
    expect(considered.map(({ route: name }) => name).sort()).toEqual(
      ["users", "beta", "shares", "carts", "byip", "dice", "worker", "off", "inside", "ping", "old"].sort(),
    );
    expect(considered.filter(({ matched }) => matched).map(({ route: name }) => name)).toEqual(["users"]);
    expect(considered.find(({ route: name }) => name === "beta")?.reason).toMatch(/x-beta/);
  });

  it.each([
    ["/ping", { outcome: "respond", status: 418, route: "ping", service: null, endpoint: null }],
    ["/old", { outcome: "respond", status: 308, route: "old", reason: expect.stringContaining("/users") }],
    ["/nowhere", { outcome: "reject", status: 404, code: "GW0201", route: null, service: null }],
    ["/users/../x", { outcome: "reject", status: 400, code: "GW0204", considered: [] }],
    ["/off", { outcome: "reject", status: 503, code: "GW0302", route: "off", service: "off", endpoint: null }],
    ["/worker", { outcome: "forward", endpoint: "worker#1", service: "worker" }],
  ])("decides on GET %s", async (url, expected) => {
    expect(await json(["GET", url])).toMatchObject(expected);
  });

  it("says 405 with the methods that are routed", async () => {
    expect(await json(["DELETE", "/shares"])).toMatchObject({
      outcome: "reject",
      status: 405,
      code: "GW0202",
      route: null,
      reason: "the path is routed, but only for GET, HEAD, POST",
    });
  });

  it("shows what a rewrite makes of the path and the host, and nothing where there is none", async () => {
    expect(await json(["GET", "/u/7/more?x=1"])).toMatchObject({
      rewritten: { target: "/users/7/more?x=1", host: "users.internal" },
    });
    expect(await json(["GET", "/users/7"])).not.toHaveProperty("rewritten");
  });

  it("takes header fields with -H, a host in the URL, and any case of a usual method", async () => {
    expect(await json(["get", "/users", "-H", "X-Beta: true", "-H", "x-other: 1"])).toMatchObject({
      route: "beta",
      request: { method: "GET" },
    });
    expect(await json(["GET", "https://Shop.Localhost:8443/users#top"])).toMatchObject({
      request: { scheme: "https", host: "shop.localhost", path: "/users" },
    });
    expect(await json(["GET", "/users", "-H", "host: a.localhost"])).toMatchObject({
      request: { host: "a.localhost" },
    });
  });

  it("keeps a hashed header's endpoint, and spreads others", async () => {
    const endpointOf = async (user: string) => (await json(["GET", "/carts", "-H", `x-user: ${user}`]))["endpoint"];
    expect(await endpointOf("ada")).toBe(await endpointOf("ada"));
    const found = new Set(await Promise.all(["ada", "bob", "cyd", "dan", "eve", "fay", "gus", "hal"].map(endpointOf)));
    expect(found.size).toBeGreaterThan(1);
  });

  it("hashes the address that --ip says", async () => {
    const endpointOf = async (ip: string) => {
      const said = await json(["GET", "/byip", "--ip", ip]);
      expect(said["request"]).toMatchObject({ clientIp: ip });
      return said["endpoint"];
    };
    const found = new Set(await Promise.all(Array.from({ length: 8 }, (_, i) => endpointOf(`10.0.0.${i + 1}`))));
    expect(found.size).toBeGreaterThan(1);
  });

  it("repeats random choices with the same --seed, and only with it", async () => {
    const picks = async (seed: string) => {
      const { decisions } = (await json(["GET", "/dice", "--count", "40", "--seed", seed])) as {
        decisions: { endpoint: string }[];
      };
      return decisions.map(({ endpoint }) => endpoint);
    };
    expect(await picks("a")).toEqual(await picks("a"));
    // Two of 3^40 equally likely lists.
    expect(await picks("a")).not.toEqual(await picks("b"));
  });
});

describe("route --count", () => {
  it("spreads 700 over weights 5:1:1 as 500/100/100", async () => {
    const said = await json(["GET", "/shares", "--count", "700", "--algo", "weighted-round-robin"]);
    expect(Object.keys(said)).toEqual(["schemaVersion", "decisions", "distribution"]);
    expect(said["decisions"]).toHaveLength(700);
    expect(said["distribution"]).toEqual({
      "http://localhost:4011": 500,
      "http://localhost:4012": 100,
      "http://localhost:4013": 100,
    });
  });

  it("takes --algo for every service: round-robin ignores the weights", async () => {
    const said = await json(["GET", "/shares", "--count", "300", "--algo", "round-robin"]);
    expect(Object.values(said["distribution"] as object)).toEqual([100, 100, 100]);
  });

  it("keeps what a service hashes under --algo", async () => {
    const said = await json(["GET", "/carts", "-H", "x-user: ada", "--count", "20", "--algo", "maglev"]);
    expect(Object.values(said["distribution"] as Record<string, number>).filter(Boolean)).toEqual([20]);
    expect(Object.keys(said["distribution"] as object)).toHaveLength(3);
    const others = await Promise.all(
      ["a", "b", "c", "d", "e", "f"].map((user) =>
        json(["GET", "/carts", "-H", `x-user: ${user}`, "--algo", "maglev"]),
      ),
    );
    expect(new Set(others.map(({ endpoint }) => endpoint)).size).toBeGreaterThan(1);
  });

  it("shows counts, shares and bars as text", async () => {
    const { stdout } = await route(["GET", "/shares", "--count", "7"]);
    expect(stdout).toContain("GET /shares  ×7  → shares");
    expect(stdout).toMatch(/http:\/\/localhost:4011 +5 +71\.4 % {2}█{30}\n/);
    expect(stdout).toMatch(/http:\/\/localhost:4013 +1 +14\.3 % {2}█{6}\n/);
    expect(stdout).toContain("by weighted-round-robin; the first one: http://localhost:4011 has the most credit");
  });

  it("falls back to the decision where no endpoint gets any", async () => {
    expect((await route(["GET", "/ping", "--count", "5"])).stdout).toContain("GET /ping  → 418");
    expect(await json(["GET", "/ping", "--count", "2"])).toMatchObject({ distribution: {} });
  });
});

describe("route as text", () => {
  it("says what, why, and why nothing else", async () => {
    const { exitCode, stdout, stderr } = await route(["GET", "/users/7"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toContain("GET /users/7  → users → http://localhost:4001\n");
    expect(stdout).toMatch(/ {2}route {5}users\n {2}service {3}users\n {2}endpoint {2}http:\/\/localhost:4001\n/);
    expect(stdout).toContain("why       round-robin: it is http://localhost:4001's turn");
    expect(stdout).toMatch(/✓ users {3}matched \/users/);
    expect(stdout).toMatch(/✗ beta .*x-beta/);
    expect(stdout).toMatch(/✓ http:\/\/localhost:4001 {2}score 0/);
    expect(stdout).toMatch(/· http:\/\/localhost:4002 {2}score 1/);
  });

  it("names the code of a refusal and where to read more", async () => {
    const { exitCode, stdout } = await route(["GET", "/nowhere"]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("GET /nowhere  → 404 No route matches");
    expect(stdout).toContain("GW0201 gatewayctl explain GW0201");
    expect(stdout).not.toContain("Endpoints");
  });

  it("points at the route that was nearly meant", async () => {
    expect((await route(["GET", "/user/7"])).stdout).toContain("did you mean /users");
  });

  it("shows the rewrite", async () => {
    const { stdout } = await route(["GET", "/u/7"]);
    expect(stdout).toContain("path      rewritten to /users/7\n");
    expect(stdout).toContain("host      rewritten to users.internal\n");
  });

  it("has no escape codes without colours, and has them with", async () => {
    expect((await route(["GET", "/users"])).stdout).not.toContain("\u001b[");
    expect((await route(["GET", "/users"], { color: true })).stdout).toContain("\u001b[");
  });
});

describe("route refuses with exit 64", () => {
  it.each([
    [["G ET", "/users"], `"G ET" is not a method.`],
    [["GTE", "/users"], "Did you mean: gatewayctl route GET /users"],
    [["/users", "GET"], "The method comes first: gatewayctl route GET /users"],
    [["GET", "users"], 'Did you mean "/users"?'],
    [["GET", "ftp://localhost/x"], "nor an http or https URL"],
    [["GET", "/users", "-H", "x-beta"], `--header takes "name: value", not "x-beta".`],
    [["GET", "/users", "-H", "x beta: 1"], `--header takes "name: value"`],
    [["GET", "/users", "--ip", "10.0.0.300"], "--ip takes an IPv4 or IPv6 address"],
    [["GET", "/users", "--algo", "least-con"], "Did you mean least-conn?"],
    [["GET", "/users", "--algo", "zzz"], "There are: round-robin, weighted-round-robin"],
    [["GET", "/users", "--count", "0"], "--count takes a number from 1 on"],
    [["GET"], "gatewayctl route METHOD URL"],
  ])("%j", async (argv, text) => {
    const { exitCode, stdout, stderr } = await route(argv);
    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: "" });
    expect(stderr).toContain("GW0002");
    expect(stderr).toContain(text);
  });

  it("but takes other methods: WebDAV's, and one's own", async () => {
    expect(await json(["COPY", "/users"])).toMatchObject({ request: { method: "COPY" }, route: "users" });
    expect(await json(["LOCK", "/users"])).toMatchObject({ request: { method: "LOCK" } });
    expect(await json(["X-FLUSH", "/users"])).toMatchObject({ request: { method: "X-FLUSH" } });
  });
});

describe("route without a usable config exits 65", () => {
  it("with the frames of check", async () => {
    const { exitCode, stdout, stderr } = await route(["GET", "/"], {
      files: { "gateway.config.yaml": CONFIG.replace("service: users }", "service: user }") },
    });
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr).toContain("error GW0105  there is no service `user`");
    expect(stderr).toMatch(/24 │ {3}- .*\n +│ +\^\^\^\^\n +│? ?= did you mean `users`\?/);
    expect(stderr).toContain("1 error in gateway.config.yaml");
  });

  it("where there is none", async () => {
    const { exitCode, stderr } = await route(["GET", "/"], { files: {} });
    expect(exitCode).toBe(65);
    expect(stderr).toContain("GW0101");
  });

  it("but warnings are left to check", async () => {
    const twice = `${CONFIG}  - { name: again, match: /users/, service: users }\n`;
    const { exitCode, stderr } = await route(["GET", "/users"], { files: { "gateway.config.yaml": twice } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  });
});
