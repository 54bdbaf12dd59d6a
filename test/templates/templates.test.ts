import { cpSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { TEMPLATES } from "../../src/cli/init/templates.ts";
import { loadConfig } from "../../src/config/load.ts";
import { freePorts } from "../../src/processes/free-ports.ts";
import { createSupervisor } from "../../src/processes/supervisor.ts";
import { body, eventually } from "../processes/support.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const FOLDER = fileURLToPath(new URL("../../templates/", import.meta.url));

function copyOf(name: string): string {
  const folder = tempDir();
  cpSync(join(FOLDER, name), folder, { recursive: true });
  return folder;
}

const load = (folder: string) => loadConfig({ cwd: folder, env: {}, allowCode: false });

it("knows every folder of templates, and no other", () => {
  expect(readdirSync(FOLDER).sort()).toEqual(TEMPLATES.map((each) => each.name).sort());
});

describe.each(TEMPLATES.map((each) => each.name))("template %s", (name) => {
  it("has a config without a single finding", async () => {
    const { diagnostics, config } = await load(copyOf(name));
    expect(diagnostics).toEqual([]);
    expect(config).toBeDefined();
  });

  it("has a README, and no file that npm leaves out of a package or renames", () => {
    const files = readdirSync(join(FOLDER, name), { recursive: true, encoding: "utf8" });
    expect(files).toContain("README.md");
    expect(files.filter((path) => /(^|\/)(\.|node_modules|package(-lock)?\.json$)/.test(path))).toEqual([]);
  });
});

describe.each(["microservices", "load-balancer", "cluster"])("the services of %s", (name) => {
  it("start under the supervisor, each instance on its port, and end when they are told to", async () => {
    const folder = copyOf(name);
    const { config } = await load(folder);
    const supervisor = createSupervisor({ baseDirectory: folder });
    onTestFinished(() => supervisor.stop(0));
    const services = Object.entries(config?.services ?? {});
    expect(services.length).toBe(name === "cluster" ? 2 : 3);
    for (const [service, { run }] of services) {
      if (!run) throw new Error(`${service} has no run`);
      supervisor.start(service, run, await freePorts(run.instances, resolve(folder, service)));
    }
    const processes = supervisor.processes();
    await eventually(() => expect(new Set(processes.map((each) => each.state))).toEqual(new Set(["ready"])));
    for (const { service, port } of processes) {
      expect(JSON.parse(await body(port, "/healthz")), service).toMatchObject({ answeredBy: `${service}:${port}` });
    }
    await supervisor.stop(5_000);
    expect(processes.flatMap((each) => each.recentErrors())).toEqual([]);
  });
});

describe("the services of microservices", () => {
  it("answer what their README and page ask for", async () => {
    const folder = copyOf("microservices");
    const supervisor = createSupervisor({ baseDirectory: folder });
    onTestFinished(() => supervisor.stop(0));
    const { config } = await load(folder);
    const ports = new Map<string, number>();
    for (const [service, { run }] of Object.entries(config?.services ?? {})) {
      if (!run) throw new Error(`${service} has no run`);
      const one = await freePorts(1, resolve(folder, service));
      supervisor.start(service, { ...run, instances: 1 }, one);
      ports.set(service, one[0] as number);
    }
    await eventually(() => expect(supervisor.processes().every((each) => each.state === "ready")).toBe(true));
    const ask = (service: string, path: string) => body(ports.get(service) as number, path);
    expect(JSON.parse(await ask("users", "/users/3"))).toMatchObject({ id: 3, name: "Grace" });
    expect(JSON.parse(await ask("users", "/users"))).toMatchObject({ users: [{}, {}, {}] });
    expect(JSON.parse(await ask("orders", "/orders/2"))).toMatchObject({ id: 2, currency: "EUR" });
    expect(await ask("web", "/")).toContain("<title>Behind the gateway</title>");
  });
});
