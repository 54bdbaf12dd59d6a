import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { startUp } from "../cli/up/running-up.ts";
import { runCli } from "../helpers/context.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const TEMPLATE = fileURLToPath(new URL("../../templates/secure-api", import.meta.url));

/** The template as `init` writes it, but on any free port, and with what a test adds to its config. */
function scaffold(change: (config: string) => string = (config) => config) {
  const cwd = tempDir();
  cpSync(TEMPLATE, cwd, { recursive: true });
  const file = join(cwd, "gateway.config.yaml");
  const text = readFileSync(file, "utf8");
  expect(text).toContain("  - http: 8080\n");
  writeFileSync(file, change(text.replace("  - http: 8080\n", "  - http: 0\n")));
  return { cwd, env: { PATH: process.env["PATH"], XDG_STATE_HOME: tempDir() } };
}

describe("the secure-api template", () => {
  it("lets in whom `gatewayctl token` vouches for, by role, and nobody else", async () => {
    const place = scaffold();
    const token = async (...argv: string[]) => (await runCli(["token", ...argv], place)).stdout.trim();
    // Before and after the gateway has started: the keys are the same.
    const alice = await token("--sub", "alice", "--role", "customer", "--ttl", "1h");
    const up = await startUp([], place);
    const admin = await token("--sub", "root", "--role", "admin");
    const call = async (path: string, bearer?: string, method = "GET") => {
      const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
      const response = await fetch(`${up.url}${path}`, { method, headers });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    const nobody = await call("/orders");
    expect(nobody.status).toBe(401);
    expect(nobody.headers.get("www-authenticate")).toMatch(/^Bearer/);
    const hers = await call("/orders", alice);
    expect(hers.status).toBe(200);
    expect(JSON.parse(hers.text)).toMatchObject({
      orders: [{ id: 1, customer: "alice" }],
      caller: { name: "alice", roles: ["customer"] },
    });
    expect((await call("/orders/1", alice)).status).toBe(200);
    expect((await call("/orders", await token("--sub", "eve", "--role", "guest"))).status).toBe(403);
    expect((await call("/orders", await token("--role", "admin", "--aud", "bank"))).status).toBe(401);
    expect((await call("/orders", `${alice.slice(0, -4)}AAAA`)).status).toBe(401);
    expect((await call("/orders/1", alice, "DELETE")).status).toBe(403);
    expect((await call("/orders/1", admin, "DELETE")).status).toBe(200);
    expect((await call("/ping")).text).toBe("pong");
    const statuses = await Promise.all(Array.from({ length: 12 }, async () => (await call("/orders", admin)).status));
    expect(statuses).toContain(429);
  });
});
