import { describe, expect, it } from "vitest";
import { commandName } from "../../../src/cli/up/command-name.ts";
import { writeOverview } from "../../../src/cli/up/overview.ts";
import type { ManagedProcess } from "../../../src/processes/events.ts";
import { createFakeContext, type FakeOptions } from "../../helpers/context.ts";
import { startGateway } from "../../helpers/gateway.ts";

const USERS = ["http://127.0.0.1:21321", "http://127.0.0.1:21322"];
const raw = (match: unknown = "/users") => ({
  services: {
    users: { endpoints: USERS.map((url) => ({ url, weight: 2 })), algorithm: "weighted-round-robin" },
    worker: { run: { command: "node worker.js" } },
  },
  routes: [{ match, service: "users" }],
});
type Input = Parameters<typeof writeOverview>[1];

async function overview(options: FakeOptions = {}, more: Partial<Input> = {}, config = raw()): Promise<string> {
  const { gateway } = await startGateway(config);
  const fake = createFakeContext({ tty: true, ...options });
  const usual = { adminUrl: "http://127.0.0.1:9900", names: new Map(), guide: [], processes: [] };
  const services = [...gateway.runtime.services.values()].map(({ upstream }) => upstream.snapshot());
  const running = { bound: gateway.bound, services, config: gateway.runtime.config, workers: 1, gateways: 1 };
  writeOverview(fake.ctx.stderr, { ...running, name: "my.yaml", command: "gatewayctl", ...usual, ...more });
  return fake.stderr();
}

const instance = (state: ManagedProcess["state"], port: number, number = 1): ManagedProcess => ({
  service: "worker",
  instance: number,
  port,
  state,
  pid: undefined,
  restarts: 0,
  recentErrors: () => [],
  restart: () => Promise.resolve(),
});

describe("the overview of up", () => {
  it("fits the screen: long ids go first, then the column of algorithms, which stand below", async () => {
    const wide = await overview({ columns: 120 });
    expect(wide).toMatch(/│ weighted-round-robin │ http:\/\/127\.0\.0\.1:21321 \(weight 2\) │/);
    const narrow = await overview({ columns: 72 });
    expect(narrow).toMatch(/│ users +│ 127\.0\.0\.1:21321 \(weight 2\) │/);
    expect(narrow).toContain("  users: weighted-round-robin\n");
    const table = narrow.split("\n").filter((line) => /[│┌└]/.test(line));
    expect(Math.max(...table.map(({ length }) => length))).toBeLessThanOrEqual(72);
  });

  it("is whole where it goes to a file", async () => {
    expect(await overview({ tty: false, columns: 40 })).toContain("│ http://127.0.0.1:21321 (weight 2) │");
  });

  it("shows names beside endpoints, and instances that are no endpoints yet", async () => {
    const names = new Map([[USERS[0] as string, "users-1"]]);
    const text = await overview(
      { columns: 140 },
      { names, processes: [instance("starting", 4001), instance("ended", 4002, 2)] },
    );
    expect(text).toContain("http://127.0.0.1:21321 users-1 (weight 2)");
    expect(text).toMatch(/instance 1 on port 4001 +│ still starting/);
    expect(text).toMatch(/instance 2 on port 4002 +│ ended/);
  });

  it("says `none` of a service without endpoints, and not that they do not answer", async () => {
    const text = await overview({ columns: 140 });
    expect(text).toMatch(/│ worker +│ round-robin +│ none +│/);
    expect(text).not.toContain("no endpoint of worker answers");
  });

  it("tells where it is up, where admin is, and how to stop", async () => {
    const text = await overview();
    expect(text).toMatch(/● my\.yaml is up at http:\/\/localhost:\d+\n/);
    expect(text).toContain("○ admin API and metrics at http://127.0.0.1:9900\n");
    expect(text).toContain("  gatewayctl route GET /users says where a request would go, and why\n");
    expect(text).toContain("  Ctrl-C drains and stops\n");
    expect(await overview({}, { adminUrl: undefined })).not.toContain("admin");
  });

  it.each([
    [{ path: { exact: "/a/b" }, method: "GET" }, "gatewayctl route GET /a/b says"],
    [{ path: "/a", method: "POST" }, undefined],
    [{ path: "/a", host: "x.localhost" }, undefined],
    [{ path: "/a", headers: { "x-a": "1" } }, undefined],
  ])("asks about a path only if a plain GET of it is routed: %j", async (match, expected) => {
    const text = await overview({}, {}, raw(match));
    if (expected === undefined) expect(text).not.toContain("gatewayctl route");
    else expect(text).toContain(expected);
  });
});

describe("the guide of the demo", () => {
  const guide = ["users-3 is slow"];

  it("says what to watch, and commands that can be typed as they are", async () => {
    const orders = { ...raw(), services: { ...raw().services, orders: ["http://127.0.0.1:4011"] } };
    const text = await overview({}, { guide, command: "npx gatewayctl" }, orders);
    expect(text).toContain("    users-3 is slow\n");
    expect(text).toMatch(/ {4}curl http:\/\/localhost:\d+\/users\/1 {2,}\S/);
    expect(text).toMatch(/ {4}npx gatewayctl services {2,}\S/);
    expect(text).toMatch(/ {4}npx gatewayctl drain orders 4011 {2,}\S/);
    expect(text).toContain("Ctrl-C drains and stops.");
  });

  it("names no command that needs the admin API where there is none", async () => {
    const text = await overview({}, { guide, adminUrl: undefined });
    expect(text).toContain("curl http://");
    expect(text).not.toContain("gatewayctl services");
  });
});

describe("the command to type", () => {
  it("goes through npx under npm, where gatewayctl is most likely not on the PATH", () => {
    expect(commandName({ npm_command: "start" })).toBe("npx gatewayctl");
    expect(commandName({})).toBe("gatewayctl");
  });
});
