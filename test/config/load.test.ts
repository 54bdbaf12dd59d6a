import { appendFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type LoadOptions, loadConfig } from "../../src/config/load.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const YAML = "version: 1\nservices:\n  users: http://localhost:4001\nroutes:\n  - match: /users\n    service: users\n";
const VALUE = {
  version: 1,
  services: { users: "http://localhost:4001" },
  routes: [{ match: "/users", service: "users" }],
};
const JSON_TEXT = JSON.stringify(VALUE, undefined, 2);

function load(cwd: string, options: Partial<LoadOptions> = {}) {
  return loadConfig({ cwd, env: {}, allowCode: true, ...options });
}

describe("loadConfig finds", () => {
  it.each<[file: string, text: string]>([
    ["gateway.config.yaml", YAML],
    ["gateway.config.yml", YAML],
    ["gateway.config.json", JSON_TEXT],
    ["gateway.config.mjs", `export default ${JSON_TEXT};`],
    ["gateway.config.js", `module.exports = ${JSON_TEXT};`],
    ["gateway.config.ts", `const port: number = 4001;\nexport default ${JSON_TEXT.replace("4001", "4001")} as const;`],
    [".gatewayctlrc", YAML],
    [".gatewayctlrc", JSON_TEXT],
    ["package.json", JSON.stringify({ name: "shop", gatewayctl: VALUE })],
  ])("%s", async (file, text) => {
    const cwd = tempDir({ [file]: text });
    const loaded = await load(cwd);
    expect(loaded.diagnostics).toEqual([]);
    expect(loaded).toMatchObject({ file: join(cwd, file), name: file });
    expect(loaded.config?.routes).toMatchObject([{ name: "users", action: { kind: "forward", service: "users" } }]);
    expect(loaded.config?.services["users"]?.endpoints).toMatchObject({ kind: "list", list: [{ port: 4001 }] });
  });

  it("nothing in the folders above", async () => {
    const cwd = tempDir({ "gateway.config.yaml": YAML, "inner/x": "" });
    await expect(load(join(cwd, "inner"))).rejects.toMatchObject({ code: "GW0101" });
  });

  it("nothing in a package.json without the section, broken or not", async () => {
    await expect(load(tempDir({ "package.json": '{ "name": "a" }' }))).rejects.toMatchObject({ code: "GW0101" });
    await expect(load(tempDir({ "package.json": '{ "name": ' }))).rejects.toMatchObject({ code: "GW0101" });
  });

  it("the first of several", async () => {
    const cwd = tempDir({ "gateway.config.yaml": YAML, "gateway.config.json": "{" });
    expect((await load(cwd)).name).toBe("gateway.config.yaml");
  });

  it("an empty file, rather than the next one", async () => {
    const cwd = tempDir({ "gateway.config.yaml": "\n", "gateway.config.json": JSON_TEXT });
    expect((await load(cwd)).diagnostics).toMatchObject([{ code: "GW0104", file: "gateway.config.yaml" }]);
  });

  it("the named file, wherever it is", async () => {
    const cwd = tempDir({ "conf/shop.yaml": YAML, "gateway.config.yaml": "{" });
    expect((await load(cwd, { file: "conf/shop.yaml" })).name).toBe(join("conf", "shop.yaml"));
    expect((await load(tempDir(), { file: join(cwd, "conf/shop.yaml") })).name).toBe(join(cwd, "conf/shop.yaml"));
  });

  it("not a named file that does not exist", async () => {
    await expect(load(tempDir(), { file: "no.yaml" })).rejects.toMatchObject({ code: "GW0101" });
  });

  it("a folder in place of a file, and says so", async () => {
    const cwd = tempDir({ "conf/x": "" });
    expect((await load(cwd, { file: "conf" })).diagnostics).toMatchObject([{ code: "GW0113", file: "conf" }]);
  });

  it("a file behind a link", async () => {
    const cwd = tempDir({ "real.yaml": YAML });
    symlinkSync(join(cwd, "real.yaml"), join(cwd, "gateway.config.yaml"));
    expect((await load(cwd)).config).toBeDefined();
  });
});

describe("a config that is code", () => {
  it("runs only where it may, and is announced before", async () => {
    const cwd = tempDir({ "gateway.config.mjs": `globalThis.ranAs = "code"; export default ${JSON_TEXT};` });
    const refused = await load(cwd, { allowCode: false });
    expect(refused.diagnostics).toMatchObject([{ code: "GW0113", message: expect.stringContaining("is code") }]);
    expect(globalThis).not.toHaveProperty("ranAs");

    const announced: [file: string, hadRun: boolean][] = [];
    await load(cwd, { onCode: (file) => announced.push([file, "ranAs" in globalThis]) });
    expect(announced).toEqual([[join(cwd, "gateway.config.mjs"), false]]);
    expect(globalThis).toHaveProperty("ranAs", "code");
    Reflect.deleteProperty(globalThis, "ranAs");
  });

  it("is the only code that runs: cosmiconfig's own settings are left alone", async () => {
    const cwd = tempDir({ "gateway.config.yaml": YAML, ".config/config.js": "globalThis.ranUnasked = true;" });
    const before = process.cwd();
    process.chdir(cwd);
    try {
      await load(cwd);
    } finally {
      process.chdir(before);
    }
    expect(globalThis).not.toHaveProperty("ranUnasked");
  });

  it("is loaded anew after a change", async () => {
    const cwd = tempDir({ "gateway.config.ts": `export default ${JSON_TEXT};` });
    await load(cwd);
    const changed = `export default ${JSON_TEXT.replaceAll("/users", "/people")};`;
    appendFileSync(join(cwd, "gateway.config.ts"), "", { flag: "w" });
    appendFileSync(join(cwd, "gateway.config.ts"), changed);
    expect((await load(cwd)).config?.routes[0]?.name).toBe("people");
  });

  it.each<[name: string, code: string, message: RegExp]>([
    ["that throws", 'throw new Error("no luck");', /threw while it ran: no luck/],
    ["without an export", "export const a = 1;", /no default export/],
    ["that exports a function", "export default () => ({});", /exports a function/],
  ])("%s is a diagnostic", async (_name, code, message) => {
    const { diagnostics, config } = await load(tempDir({ "gateway.config.mjs": code }));
    expect(diagnostics).toMatchObject([{ code: "GW0113", message: expect.stringMatching(message) }]);
    expect(config).toBeUndefined();
  });

  it("has no positions, but paths", async () => {
    const code = 'export default { version: 1, services: { users: "nowhere" } };';
    const { diagnostics } = await load(tempDir({ "gateway.config.mjs": code }));
    expect(diagnostics[0]).toMatchObject({ code: "GW0103", path: "services.users", file: "gateway.config.mjs" });
    expect(diagnostics[0]).not.toHaveProperty("line");
  });
});

describe("positions", () => {
  it("are those of the whole file in package.json, tabs included", async () => {
    const text = '{\n\t"name": "shop",\n\t"gatewayctl": {\n\t\t"version": 1,\n\t\t"servcies": {}\n\t}\n}\n';
    const { diagnostics } = await load(tempDir({ "package.json": text }));
    expect(diagnostics).toMatchObject([{ code: "GW0102", line: 5, column: 3, length: 10, path: "servcies" }]);
  });

  it("do not depend on the kind of line break", async () => {
    const { diagnostics } = await load(tempDir({ "gateway.config.yaml": `${YAML}nope: 1\n`.replaceAll("\n", "\r\n") }));
    expect(diagnostics).toMatchObject([{ code: "GW0102", line: 7, column: 1, length: 4 }]);
  });
});

describe("the environment", () => {
  const config = YAML.replace("http://localhost:4001", "http://localhost:${PORT}");

  it("comes from .env beside the config, and before that from the process", async () => {
    const cwd = tempDir({ "conf/gateway.config.yaml": config, "conf/.env": "PORT=4001\n", ".env": "PORT=1\n" });
    const file = "conf/gateway.config.yaml";
    const portOf = async (env: LoadOptions["env"]): Promise<unknown> => {
      const { config: loaded } = await load(cwd, { file, env });
      const endpoints = loaded?.services["users"]?.endpoints;
      return endpoints?.kind === "list" ? endpoints.list[0]?.port : undefined;
    };
    expect(await portOf({})).toBe(4001);
    expect(await portOf({ PORT: "4002" })).toBe(4002);
  });

  it("leaves a mark on what came from it", async () => {
    const { config: loaded } = await load(tempDir({ "gateway.config.yaml": config }), { env: { PORT: "4001" } });
    expect([...(loaded?.redacted ?? [])]).toEqual(["services.users"]);
  });

  it("gives a text where a text is wanted, though it reads like a number", async () => {
    const text = `${YAML}  - match: /ping\n    respond: { body: "\${CODE}", status: "\${STATUS}" }\n`;
    const { config: loaded, diagnostics } = await load(tempDir({ "gateway.config.yaml": text }), {
      env: { CODE: "12345", STATUS: "201" },
    });
    expect(diagnostics).toEqual([]);
    expect(loaded?.routes[1]?.action).toMatchObject({ kind: "respond", body: "12345", status: 201 });
  });

  it("warns of lines of .env that it cannot read, without showing them", async () => {
    const cwd = tempDir({ "gateway.config.yaml": YAML, ".env": "SECRET hunter2\n" });
    const { diagnostics, config: loaded } = await load(cwd);
    expect(diagnostics).toMatchObject([{ severity: "warning", file: ".env", line: 1 }]);
    expect(JSON.stringify(diagnostics)).not.toContain("hunter2");
    expect(loaded).toBeDefined();
  });
});
