import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { runKey } from "../../../src/cli/key/run-key.ts";
import { loadValue } from "../../../src/config/load.ts";
import { parseYaml } from "../../../src/config/yaml-source.ts";
import { consumersSchema } from "../../../src/config/identity-schema.ts";
import { hashApiKey, verifyPassword } from "../../../src/shared/credentials.ts";
import { createFakeContext, runCli } from "../../helpers/context.ts";

const KEY = /^gw_[A-Za-z0-9_-]{43}$/;

describe("key", () => {
  it("makes a key, once, with lines for the config that keep its hash alone", async () => {
    const { exitCode, stdout, stderr } = await runCli(["key", "mobile-app"]);
    expect(exitCode).toBe(0);
    const [key = "", blank, ...lines] = stdout.split("\n");
    expect(key).toMatch(KEY);
    expect(blank).toBe("");
    const digest = createHash("sha256").update(key).digest("hex");
    expect(lines.join("\n")).toBe(`  - name: mobile-app\n    apiKeys: ["sha256:${digest}"]\n`);
    expect(stderr).toContain("The key of mobile-app. It is shown this once");
  });

  it("makes another one each time", async () => {
    const keys = await Promise.all([1, 2, 3].map(async () => (await runCli(["key", "a"])).stdout.split("\n")[0]));
    expect(new Set(keys).size).toBe(3);
  });

  it.each(["mobile-app", "on", "Zoë's app", "a: b", "#1", "42"])(
    "writes lines that the config takes, for %s",
    async (name) => {
      const { stdout } = await runCli(["key", name]);
      const [key = "", , ...lines] = stdout.split("\n");
      const { value } = parseYaml(`consumers:\n${lines.join("\n")}`);
      const consumers = consumersSchema.parse((value as { consumers: unknown }).consumers);
      expect(consumers).toEqual([{ name, roles: [], apiKeys: [hashApiKey(key)] }]);
    },
  );

  it("prints JSON", async () => {
    const { stdout, stderr } = await runCli(["key", "ops", "--json"]);
    const printed = JSON.parse(stdout) as { key: string };
    const hash = hashApiKey(printed.key);
    expect(printed).toEqual({
      schemaVersion: 1,
      name: "ops",
      key: expect.stringMatching(KEY) as string,
      hash,
      consumer: { name: "ops", apiKeys: [hash] },
    });
    expect(stderr).toBe("");
  });

  it.each([
    ["no name", ["key"], "gatewayctl key NAME"],
    ["an empty name", ["key", " "], "not empty"],
    ["a name with a line end", ["key", "a\nb"], "no control characters"],
    ["a user name with a colon", ["key", "--password", "a:b"], "no colon"],
  ])("refuses %s", async (_what, argv, message) => {
    const { exitCode, stdout, stderr } = await runCli(argv);
    expect([exitCode, stdout]).toEqual([64, ""]);
    expect(stderr).toContain(message);
  });
});

describe("key --password", () => {
  const typed = (password: string) => () => Promise.resolve(password);

  it("prints the hash for the config, and not the password", async () => {
    const { ctx, stdout, stderr } = createFakeContext();
    expect(await runKey(ctx, { password: true }, typed("correct horse"))).toBe(0);
    const [, hash = ""] = /^password: "(scrypt:[^"]+)"\n$/.exec(stdout()) ?? [];
    expect(await verifyPassword("correct horse", hash)).toBe(true);
    expect(stdout() + stderr()).not.toContain("correct horse");
  });

  it("prints the user name before it, in a form that the config takes", async () => {
    const { ctx, stdout } = createFakeContext();
    await runKey(ctx, { password: true, name: "ops" }, typed("s3cret"));
    const basic = stdout().replace(/^/gm, "        ");
    const { diagnostics } = loadValue(parseYaml(`consumers:\n  - name: ops\n    basic:\n${basic}`).value);
    expect(diagnostics.filter(({ path, code }) => path.startsWith("consumers[0]") && code !== "GW0110")).toEqual([]);
  });

  it("prints JSON, and refuses an empty password", async () => {
    const { ctx, stdout } = createFakeContext();
    await runKey(ctx, { password: true, name: "ops", json: true }, typed("s3cret"));
    const printed = JSON.parse(stdout()) as { password: string };
    expect(printed).toMatchObject({ schemaVersion: 1, username: "ops" });
    expect(await verifyPassword("s3cret", printed.password)).toBe(true);
    await expect(runKey(ctx, { password: true }, typed(""))).rejects.toThrow("There is no password");
  });
});
