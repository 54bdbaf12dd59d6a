import { chmodSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

async function findings(jwks: string, files: Record<string, string> = {}, global = false): Promise<string[]> {
  const policies = {
    authenticate: [{ apiKey: {} }, { jwt: { issuer: "https://id.example", audience: "shop", jwks } }],
  };
  const config = {
    version: 1,
    services: { a: "http://localhost:4001" },
    policies: global ? policies : {},
    routes: ["/a", "/b"].map((match) => ({ match, service: "a", ...(global ? {} : { policies }) })),
  };
  const cwd = tempDir({ "gateway.config.yaml": JSON.stringify(config), ...files });
  const { diagnostics, config: loaded } = await loadConfig({ cwd, env: {}, files: true, allowCode: false });
  expect(loaded).toBeDefined();
  return diagnostics
    .filter(({ code }) => code === "GW0131")
    .map(({ severity, path, message }) => `${severity} ${path} ${message}`);
}

const KEYS = "policies.authenticate[1].jwt.jwks";
const NONE = "so that no token can be verified";

it("warns of a key file that is missing, at each place that names it", async () => {
  expect(await findings("./keys.json")).toEqual([
    `warning routes[0].${KEYS} ./keys.json does not exist, ${NONE}`,
    `warning routes[1].${KEYS} ./keys.json does not exist, ${NONE}`,
  ]);
});

it("names a global one once", async () => {
  expect(await findings("keys.json", {}, true)).toEqual([`warning ${KEYS} keys.json does not exist, ${NONE}`]);
});

it.each([
  ["not json", /it is not JSON/],
  ['{"kty":"RSA"}', /no list of `keys`/],
  ['{"keys":{}}', /no list of `keys`/],
  ['{"keys":[]}', /without a key/],
])("warns of one that holds %s", async (text, what) => {
  expect((await findings("k.json", { "k.json": text }, true)).join()).toMatch(what);
});

it("warns of what is no file, and of one that it may not read", async () => {
  expect((await findings("folder", { "folder/a": "" }, true)).join()).toContain("cannot be read (EISDIR)");
  if (process.getuid?.() === 0) return;
  const cwd = tempDir({ "k.json": "{}" });
  chmodSync(join(cwd, "k.json"), 0);
  expect((await findings(join(cwd, "k.json"), {}, true)).join()).toContain("cannot be read (EACCES)");
});

it("is content with keys, and looks at no URL", async () => {
  expect(await findings("k.json", { "k.json": '{"keys":[{"kty":"OKP"}]}' })).toEqual([]);
  expect(await findings("https://id.example/jwks.json")).toEqual([]);
  expect(await findings("local")).toEqual([]);
});
