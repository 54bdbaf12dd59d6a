import { describe, expect, it } from "vitest";
import { type FakeOptions, runCli } from "../../helpers/context.ts";

const CONFIG = `version: 1
services:
  users: [http://localhost:4001]
routes:
  - { name: users, match: /users, service: users }
  - name: picky
    match:
      - host: "*.shop.localhost"
        path: { exact: /orders }
        method: [GET, POST]
        headers: { x-beta: "true", x-debug: { present: true } }
        query: { v: { regex: "^[0-9]$" } }
        cookies: { group: b }
        clientIp: [10.0.0.0/8]
      - path: { regex: "^/o/[0-9]+$" }
    service: users
    rewrite: { path: /internal, host: users.internal }
  - { name: old, match: { path: { exact: /old } }, redirect: { to: /users, status: 308 } }
  - { name: ping, match: { path: { exact: /ping } }, respond: { status: 200, body: pong } }
  - { name: stripped, match: /api, service: users, rewrite: { stripPrefix: true } }
`;
const SMALL = "version: 1\nservices: { users: [http://localhost:4001] }\nroutes: [{ match: /users, service: users }]\n";

const routes = (argv: readonly string[] = [], options: FakeOptions = {}, config = CONFIG) =>
  runCli(["routes", ...argv], { files: { "gateway.config.yaml": config }, ...options });

describe("routes", () => {
  it("lists routes in the order of the file, a line for each match", async () => {
    const { exitCode, stdout, stderr } = await routes([], { columns: 160 });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const rows = stdout
      .split("\n")
      .filter((line) => line.startsWith("│"))
      .map((line) =>
        line
          .split("│")
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    expect(rows).toEqual([
      ["route", "host", "path", "methods", "and", "leads to"],
      ["users", "any", "/users", "any", "", "users"],
      [
        "picky",
        "*.shop.localhost",
        "= /orders",
        "GET POST",
        "header x-beta = true",
        "users (as /internal, host users.internal)",
      ],
      ["", "", "", "", "header x-debug present", ""],
      ["", "", "", "", "query v ~ ^[0-9]$", ""],
      ["", "", "", "", "cookie group = b", ""],
      ["", "", "", "", "client in 10.0.0.0/8", ""],
      ["", "any", "~ ^/o/[0-9]+$", "any", "", ""],
      ["old", "any", "= /old", "any", "", "redirect 308 to /users"],
      ["ping", "any", "= /ping", "any", "", "respond 200"],
      ["stripped", "any", "/api", "any", "", "users (prefix stripped)"],
    ]);
    expect(stdout).toContain("= is exact, ~ a regular expression");
  });

  it("leaves out columns that say nothing", async () => {
    const { stdout } = await routes([], {}, SMALL);
    expect(stdout).toMatch(/│ route +│ path +│ methods │ leads to │/);
  });

  it("drops the frame where the screen is narrow", async () => {
    const { stdout } = await routes([], { columns: 100 });
    expect(stdout).not.toContain("│");
    expect(stdout).toMatch(/^route +host +path +methods +and +leads to$/m);
    expect(stdout).not.toMatch(/ $/m);
  });

  it("says so where there are none", async () => {
    const none = "version: 1\nservices: { users: [http://localhost:4001] }\n";
    expect((await routes([], {}, none)).stdout).toBe("The config has no routes.\n");
  });

  it("prints the same as JSON", async () => {
    const { stdout } = await routes(["--json"]);
    const said = JSON.parse(stdout) as { schemaVersion: number; routes: unknown[] };
    expect(said.schemaVersion).toBe(1);
    expect(said.routes).toHaveLength(5);
    expect(said.routes[1]).toEqual({
      route: "picky",
      action: "users (as /internal, host users.internal)",
      service: "users",
      version: null,
      policies: [],
      matches: [
        {
          host: "*.shop.localhost",
          path: "= /orders",
          methods: ["GET", "POST"],
          conditions: [
            "header x-beta = true",
            "header x-debug present",
            "query v ~ ^[0-9]$",
            "cookie group = b",
            "client in 10.0.0.0/8",
          ],
        },
        { host: null, path: "~ ^/o/[0-9]+$", methods: [], conditions: [] },
      ],
    });
    expect(said.routes[2]).toMatchObject({ route: "old", service: null, action: "redirect 308 to /users" });
  });

  it("reads the file that --config names", async () => {
    const { exitCode, stdout } = await routes(["--config", "other.yaml", "--json"], {
      files: { "gateway.config.yaml": CONFIG, "other.yaml": SMALL },
    });
    expect(exitCode).toBe(0);
    expect((JSON.parse(stdout) as { routes: unknown[] }).routes).toHaveLength(1);
  });

  it("exits 65 where the config has errors", async () => {
    const { exitCode, stdout, stderr } = await routes([], {}, `${SMALL}service: []\n`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 65, stdout: "" });
    expect(stderr).toMatch(/GW0102[^]*did you mean `services`|GW0102[^]*belongs/);
  });
});
