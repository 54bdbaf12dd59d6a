import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
versioning:
  from: [path, header:Accept-Version]
  default: "1"
  versions:
    "1": { deprecated: 2026-06-01, sunset: 2027-01-01, link: https://example.com/migrate }
    "2": {}
services:
  users: [http://localhost:4001, http://localhost:4002]
  users-next: [http://localhost:4003]
routes:
  - { name: one, match: /users, version: "1", service: users }
  - { name: two, match: /users, version: "2", split: { users: 3, users-next: 1 }, rewrite: { stripPrefix: true } }
  - { name: all, match: /all, split: { by: "cookie:group", to: { users: 1, users-next: 0 } }, keepVersionPath: true }
`;
const PLAIN = "version: 1\nservices: { a: [http://localhost:4001] }\nroutes: [{ match: /, service: a }]\n";

async function run(argv: readonly string[], config = CONFIG) {
  const { exitCode, stdout, stderr } = await runCli(argv, { files: { "gateway.config.yaml": config }, columns: 160 });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

describe("route", () => {
  it("says which version is meant, and why", async () => {
    expect(await run(["route", "GET", "/v2/users"])).toMatch(/^ {2}version {3}2, by path$/m);
    expect(await run(["route", "GET", "/users", "-H", "accept-version: 1"])).toContain("1, by header accept-version\n");
    const byDefault = await run(["route", "GET", "/users"]);
    expect(byDefault).toMatch(/^ {2}version {3}1, the default$/m);
    expect(byDefault).toContain("✗ two  request names no version, so 1, the default; route serves version 2\n");
    expect(await run(["route", "GET", "/"], PLAIN)).not.toContain("version");
  });

  it("says that a version does not exist, and which do", async () => {
    const text = await run(["route", "GET", "/v9/users"]);
    expect(text).toContain("GET /v9/users  → 400 Unknown API version\n");
    expect(text).toContain('there is no version "9", only 1, 2');
    expect(text).toContain("GW0529");
  });

  it("says it as JSON, with what the endpoint is sent", async () => {
    const said = JSON.parse(await run(["route", "GET", "/v2/users/7?a", "--json"]));
    expect(said).toMatchObject({
      route: "two",
      service: "users",
      version: { name: "2", reason: "by path" },
      rewritten: { target: "/7?a" },
      split: { service: "users", by: null, services: [{ service: "users", weight: 3 }, { service: "users-next" }] },
    });
    expect(JSON.parse(await run(["route", "GET", "/users?x", "-H", "accept-version: 7", "--json"]))).toMatchObject({
      route: null,
      outcome: "reject",
      status: 400,
      code: "GW0529",
      version: { name: null, reason: '"7", by header accept-version' },
    });
    expect(JSON.parse(await run(["route", "GET", "/", "--json"], PLAIN))).not.toHaveProperty("version");
  });

  it("names the split, and what keeps a client where it is", async () => {
    expect(await run(["route", "GET", "/v2/users"])).toContain("split     users 3, users-next 1, in turn: users has");
    const keyed = await run(["route", "GET", "/v2/all", "-H", "cookie: group=b"]);
    expect(keyed).toContain('split     users 1, users-next 0 by cookie:group: users owns key "b"\n');
    expect(keyed).not.toContain("rewritten");
  });

  it("spreads --count requests over the services, too", async () => {
    const text = await run(["route", "GET", "/v2/users", "--count", "40"]);
    expect(text).toContain("×40  → users ×30, users-next ×10\n");
    expect(text).toMatch(/localhost:4001 +15 +37\.5 %/);
    expect(text).toMatch(/localhost:4003 +10 +25\.0 %/);
    const said = JSON.parse(await run(["route", "GET", "/v2/users", "--count", "40", "--json"]));
    expect(said.services).toEqual({ users: 30, "users-next": 10 });
    expect(JSON.parse(await run(["route", "GET", "/", "--count", "2", "--json"], PLAIN))).not.toHaveProperty(
      "services",
    );
  });
});

describe("routes", () => {
  const cells = (text: string): string[][] =>
    text
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((line) =>
        line
          .split("│")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );

  it("lists the version of each route, and the versions with their dates", async () => {
    const text = await run(["routes"]);
    expect(cells(text)).toEqual([
      ["route", "version", "path", "methods", "leads to"],
      ["one", "1", "/users", "any", "users"],
      ["two", "2", "/users", "any", "users 3, users-next 1 (prefix stripped)"],
      ["all", "all", "/all", "any", "users 1, users-next 0 by cookie:group (version kept)"],
      ["version", "deprecated", "sunset", "link", "routes"],
      ["1 default", "2026-06-01", "2027-01-01", "https://example.com/migrate", "2"],
      ["2", "–", "–", "–", "2"],
    ]);
    expect(text).toContain("Requests name a version by path, then header:Accept-Version.\n");
  });

  it("lists them as JSON", async () => {
    const said = JSON.parse(await run(["routes", "--json"]));
    expect(said.routes.map(({ version, service }: Record<string, unknown>) => [version, service])).toEqual([
      ["1", "users"],
      ["2", null],
      [null, null],
    ]);
    expect(said.versions).toEqual([
      {
        version: "1",
        default: true,
        deprecated: "2026-06-01",
        sunset: "2027-01-01",
        link: "https://example.com/migrate",
        routes: ["one", "all"],
      },
      { version: "2", default: false, deprecated: null, sunset: null, link: null, routes: ["two", "all"] },
    ]);
  });

  it("speaks of no versions where there are none", async () => {
    expect(cells(await run(["routes"], PLAIN))[0]).toEqual(["route", "path", "methods", "leads to"]);
    expect(JSON.parse(await run(["routes", "--json"], PLAIN))).not.toHaveProperty("versions");
  });
});
