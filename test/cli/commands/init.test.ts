import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { createInitCommand } from "../../../src/cli/commands/init.ts";
import type { Command } from "../../../src/cli/command.ts";
import type { Ask, AskDefaults, AskedFor } from "../../../src/cli/init/ask.ts";
import { parseFronted } from "../../../src/cli/init/fronted-services.ts";
import { TEMPLATES, type Template } from "../../../src/cli/init/templates.ts";
import { main } from "../../../src/cli/main.ts";
import { loadConfig } from "../../../src/config/load.ts";
import { type CliResult, createFakeContext, type FakeOptions } from "../../helpers/context.ts";

/** Nobody is there to answer: being asked is a failure of the test. */
const nobody: Ask = () => Promise.reject(new Error("was asked"));

async function init(argv: string, options: FakeOptions = {}, ask: Ask = nobody): Promise<CliResult> {
  const fake = createFakeContext(options);
  const command: Command = createInitCommand(ask);
  const table = [{ name: "init", group: "Set up", load: async () => command }] as const;
  const words = ["init", ...argv.split(" ").filter((word) => word !== "")];
  const exitCode = await main(words, fake.ctx, table);
  return { exitCode, stdout: fake.stdout(), stderr: fake.stderr(), cwd: fake.cwd };
}

/** The files of a template that do not depend on whether the JSON Schema was generated. */
const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => !path.startsWith(".gatewayctl"));
const textOf = (folder: string, path = "gateway.config.yaml") => readFileSync(join(folder, path), "utf8");
const configOf = (folder: string) => parse(textOf(folder)) as Record<string, unknown>;

describe("init --yes", () => {
  it("writes one service of three endpoints and a route for everything", async () => {
    const result = await init("--yes");
    expect(result.exitCode).toBe(0);
    expect(configOf(result.cwd)).toEqual({
      version: 1,
      listeners: [{ http: 8080 }],
      services: {
        app: {
          endpoints: ["http://localhost:4001", "http://localhost:4002", "http://localhost:4003"],
          algorithm: "round-robin",
        },
      },
      routes: [{ match: "/", service: "app" }],
    });
    expect(textOf(result.cwd).split("\n")[0]).toBe("# yaml-language-server: $schema=./.gatewayctl/schema.json");
    expect(result.stdout).toContain("wrote gateway.config.yaml\n");
    expect(result.stderr).toContain("  gatewayctl check\n  gatewayctl up\n  gatewayctl route GET /\n");
  });

  it("copies the published JSON Schema to where the config's first line says", async () => {
    const { cwd, stderr } = await init("--yes");
    const schema = JSON.parse(textOf(cwd, ".gatewayctl/schema.json")) as { properties: Record<string, unknown> };
    expect(Object.keys(schema.properties)).toContain("services");
    expect(stderr).not.toContain("left out");
  });

  it.each([
    "--yes",
    "--port 9001 --endpoints users=3000,orders=3001,orders=3002,4010",
    "--endpoints http://[::1]:4001,10.0.0.7:80",
    "--template microservices --port 1",
    "--template load-balancer",
  ])("writes what check has nothing to say of: %s", async (argv) => {
    const { cwd } = await init(argv);
    expect((await loadConfig({ cwd, env: {}, allowCode: false })).diagnostics).toEqual([]);
  });

  it("does the same without a terminal and without --yes, and asks nobody", async () => {
    const [one, other] = [await init("--yes"), await init("")];
    expect(other.exitCode).toBe(0);
    expect(textOf(other.cwd)).toBe(textOf(one.cwd));
  });

  it.each(["--yes", "--json", "--quiet"])("asks nobody on a terminal with %s", async (flag) => {
    expect((await init(flag, { tty: true })).exitCode).toBe(0);
  });

  it("makes the folder, and says how to get there", async () => {
    const result = await init("deep/shop --yes --template microservices");
    expect(result.stderr).toContain("  cd deep/shop\n");
    expect(filesIn(join(result.cwd, "deep/shop"))).toContain("services/users.mjs");
    expect(result.stdout).toContain("wrote services/users.mjs\n");
  });

  it("lists the files as JSON", async () => {
    const result = await init("shop --json --template load-balancer");
    const document = JSON.parse(result.stdout) as { files: string[] };
    expect(document).toMatchObject({
      schemaVersion: 1,
      folder: join(result.cwd, "shop"),
      template: "load-balancer",
      kept: [],
      next: ["cd shop", "gatewayctl check", "gatewayctl up", "gatewayctl route GET /batch"],
    });
    expect(document.files.filter((path) => !path.startsWith(".gatewayctl"))).toEqual([
      "README.md",
      "gateway.config.yaml",
      "services/api.mjs",
    ]);
    expect(document.files.every((path) => existsSync(join(result.cwd, "shop", path)))).toBe(true);
  });
});

describe("init --port, --endpoints", () => {
  it("puts one service's endpoints in the template's place, comments and all", async () => {
    const result = await init("--port 9001 --endpoints 3000,http://api.test,127.0.0.1:3002");
    expect(configOf(result.cwd)).toMatchObject({
      listeners: [{ http: 9001 }],
      services: { app: { endpoints: ["http://localhost:3000", "http://api.test", "http://127.0.0.1:3002"] } },
    });
    const comments = (text: string) => text.split("\n").filter((line) => line.trim().startsWith("#"));
    expect(comments(textOf(result.cwd))).toEqual(comments(textOf((await init("--yes")).cwd)));
    expect(textOf(result.cwd, "README.md")).not.toContain("8080");
  });

  it("writes a service and a route for each name", async () => {
    const result = await init("--endpoints users=3000,orders=3001,users=3002,4010");
    expect(configOf(result.cwd)).toMatchObject({
      services: {
        users: { endpoints: ["http://localhost:3000", "http://localhost:3002"], algorithm: "round-robin" },
        orders: { endpoints: ["http://localhost:3001"] },
        app: { endpoints: ["http://localhost:4010"] },
      },
      routes: [
        { match: "/users", service: "users" },
        { match: "/orders", service: "orders" },
        { match: "/", service: "app" },
      ],
    });
  });

  it("proposes a path that one of the routes takes", async () => {
    const result = await init("--endpoints orders=3001");
    expect(result.stderr).toContain("gatewayctl route GET /orders\n");
    expect(textOf(result.cwd, "README.md")).toContain("curl http://localhost:8080/orders ");
  });

  it.each([
    ["--port 0", '"0" is not a port'],
    ["--port 70000", '"70000" is not a port'],
    ["--port 80a", '"80a" is not a port'],
    ["--template minimum", 'Did you mean "minimal"?'],
    ["--endpoints ,", "At least one endpoint"],
    ["--endpoints word", '"word" is neither a port nor a URL'],
    ["--endpoints ftp://a:21", "neither a port nor a URL"],
    ["--endpoints https://a:1", "not supported yet"],
    ["--endpoints 4001,8080", "http://localhost:8080 would be the gateway itself"],
    ["--endpoints [::1]:9000 --port 9000", "would be the gateway itself"],
    ["--endpoints http://a:1/path", "paths belong to routes"],
    ["--endpoints http://me:secret@a:1", "more than scheme, host and port"],
    ["--endpoints 4001,http://localhost:4001", "is named twice"],
    ["--endpoints .x=4001", "is not a service's name"],
    ["--endpoints 99999", '"99999" is not a port'],
    ["--template microservices --endpoints 4001", "starts its own services"],
  ])("%s is a usage error and writes nothing", async (argv, message) => {
    const result = await init(`--yes ${argv}`);
    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain(message);
    expect(readdirSync(result.cwd)).toEqual([]);
  });
});

describe("init where files are", () => {
  it.each(["gateway.config.yaml", "gateway.config.ts", ".gatewayctlrc"])(
    "refuses beside %s, naming it",
    async (name) => {
      const result = await init("--yes", { files: { [name]: "mine" } });
      expect(result.exitCode).toBe(1);
      expect(result.stderr).toContain("GW0012");
      expect(result.stderr).toContain(name);
      expect(readdirSync(result.cwd)).toEqual([name]);
      expect(textOf(result.cwd, name)).toBe("mine");
    },
  );

  it("refuses beside a config in package.json, and not beside another package.json", async () => {
    expect((await init("--yes", { files: { "package.json": '{"gatewayctl":{}}' } })).exitCode).toBe(1);
    expect((await init("--yes", { files: { "package.json": '{"name":"shop"}' } })).exitCode).toBe(0);
  });

  it("refuses when a file of the template is there, and writes none of the others", async () => {
    const result = await init("--yes --template microservices", { files: { "services/users.mjs": "mine" } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("services/users.mjs exists already");
    expect(filesIn(result.cwd).sort()).toEqual(["services", "services/users.mjs"]);
  });

  it("refuses to write through a link that leads nowhere", async () => {
    const { cwd } = createFakeContext();
    symlinkSync(join(cwd, "elsewhere"), join(cwd, "gateway.config.yaml"));
    expect((await init("--yes", { cwd })).exitCode).toBe(1);
    expect(existsSync(join(cwd, "elsewhere"))).toBe(false);
  });

  it("overwrites with --force, but never a README.md", async () => {
    const files = { "gateway.config.yaml": "old", "README.md": "my project" };
    const result = await init("--yes --force", { files });
    expect(result.exitCode).toBe(0);
    expect(configOf(result.cwd)["version"]).toBe(1);
    expect(textOf(result.cwd, "README.md")).toBe("my project");
    expect(result.stdout).toContain("kept  README.md");
  });

  it("says which file could not be written", async () => {
    const { cwd } = createFakeContext();
    writeFileSync(join(cwd, "shop"), "a file");
    const result = await init("shop --yes", { cwd });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("GW0016");
    expect(result.stderr).toContain("README.md could not be written");
  });
});

describe("init on a terminal", () => {
  const template = (name: string) => TEMPLATES.find((each) => each.name === name) as Template;

  it("writes what the answers say", async () => {
    const ask: Ask = async () => ({ template: template("minimal"), services: parseFronted("users=3000"), port: 9000 });
    const result = await init("", { tty: true }, ask);
    expect(result.exitCode).toBe(0);
    expect(configOf(result.cwd)).toMatchObject({ listeners: [{ http: 9000 }], services: { users: {} } });
  });

  it("asks only what the flags leave open", async () => {
    const asked: AskedFor[] = [];
    const ask: Ask = async (given) => {
      asked.push(given);
      return undefined;
    };
    await init("--template load-balancer --port 9000", { tty: true }, ask);
    await init("--endpoints 3000", { tty: true }, ask);
    expect(asked).toEqual([
      { template: template("load-balancer"), services: undefined, port: 9000 },
      { template: template("minimal"), services: parseFronted("3000"), port: undefined },
    ]);
  });

  it("ends quietly with 130 and nothing written when the user goes away", async () => {
    const result = await init("", { tty: true }, async () => undefined);
    expect(result).toMatchObject({ exitCode: 130, stdout: "", stderr: "" });
    expect(readdirSync(result.cwd)).toEqual([]);
  });

  it("refuses before it asks anything", async () => {
    const result = await init("", { tty: true, files: { "gateway.config.yaml": "mine" } });
    expect(result.exitCode).toBe(1);
    expect(result.stderr).not.toContain("was asked");
  });

  it("offers what it finds: a compose file's published ports", async () => {
    const compose = `services:
  users: { ports: ["4001:80", "127.0.0.1:4002:80/tcp", "9229:9229"] }
  orders: { ports: [{ target: 80, published: "4003" }] }
  db: { ports: ["5432:5432"] }
  worker: { image: worker }
`;
    let offered: unknown;
    const ask: Ask = async (_given, defaults: AskDefaults) => {
      offered = [...(await defaults.services())];
      return undefined;
    };
    await init("", { tty: true, files: { "compose.yaml": compose } }, ask);
    expect(offered).toEqual([
      ["users", ["http://localhost:4001", "http://localhost:4002"]],
      ["orders", ["http://localhost:4003"]],
    ]);
  });
});

it("quotes a folder's name in the command that enters it", async () => {
  const { cwd } = createFakeContext();
  mkdirSync(join(cwd, "my shop"));
  const fake = createFakeContext({ cwd });
  await createInitCommand(nobody).run(fake.ctx, { dir: "my shop", yes: true });
  expect(fake.stderr()).toContain("  cd 'my shop'\n");
});
