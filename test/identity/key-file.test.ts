import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { issuerKeyFile, openSigningKeys } from "../../src/identity/key-file.ts";
import { GatewayError } from "../../src/shared/errors/gateway-error.ts";
import { tempDir } from "../helpers/temp-dir.ts";

const kids = (keys: readonly { kid: string }[]) => keys.map(({ kid }) => kid);

async function refusal(stateDirectory: string): Promise<string> {
  const error: unknown = await openSigningKeys(stateDirectory).catch((thrown: unknown) => thrown);
  if (!(error instanceof GatewayError)) throw new Error("it was opened");
  expect(error.code).toBe("GW0021");
  return error.message;
}

describe("the issuer's keys", () => {
  it("are made at first use, where nobody else can read them, and stay the same", async () => {
    const state = tempDir();
    const first = await openSigningKeys(state);
    expect(first.map(({ algorithm }) => algorithm)).toEqual(["ES256", "RS256", "EdDSA"]);
    const file = issuerKeyFile(state);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(kids(await openSigningKeys(state))).toEqual(kids(first));
    expect(readdirSync(dirname(file))).toEqual(["keys.json"]);
  });

  it("are the same for all who make them at the same time", async () => {
    const state = tempDir();
    const all = await Promise.all(Array.from({ length: 3 }, () => openSigningKeys(state)));
    expect(new Set(all.map((keys) => kids(keys).join())).size).toBe(1);
    expect(readdirSync(dirname(issuerKeyFile(state)))).toEqual(["keys.json"]);
  });

  it("are another machine's others", async () => {
    const [one, two] = await Promise.all([openSigningKeys(tempDir()), openSigningKeys(tempDir())]);
    expect(new Set([...kids(one), ...kids(two)]).size).toBe(6);
  });

  it("are refused if others can read them", async () => {
    const state = tempDir();
    await openSigningKeys(state);
    chmodSync(issuerKeyFile(state), 0o640);
    expect(await refusal(state)).toMatch(/can be read by others \(mode 640\)\.$/);
  });

  it("are refused if they are a link to somewhere else", async () => {
    const [state, other] = [tempDir(), tempDir()];
    await openSigningKeys(other);
    mkdirSync(dirname(issuerKeyFile(state)), { mode: 0o700 });
    symlinkSync(issuerKeyFile(other), issuerKeyFile(state));
    expect(await refusal(state)).toMatch(/is not a file\.$/);
  });

  it.each([
    ["text", () => "-----BEGIN SECRET-----", "it is not a list of keys"],
    ["JSON of another form", () => '{"keys":[{"d":1}]}', "it is not a list of keys"],
    ["one key too few", (whole: string) => withoutKey(whole, "RS256"), "it has no key for RS256"],
    [
      "a key under another's name",
      (whole: string) => whole.replace('"alg":"EdDSA"', '"alg":"RS256"'),
      "the key for RS256",
    ],
  ])("are refused if the file holds %s, of which nothing is told", async (_what, damage, why) => {
    const state = tempDir();
    await openSigningKeys(state);
    const file = issuerKeyFile(state);
    const whole = readFileSync(file, "utf8");
    writeFileSync(file, damage(whole));
    const message = await refusal(state);
    expect(message).toContain(why);
    expect(message).not.toContain("SECRET");
    rmSync(file);
    expect(await openSigningKeys(state)).toHaveLength(3);
  });

  it("are refused if they cannot be written", async () => {
    const state = join(tempDir(), "file");
    writeFileSync(state, "");
    expect(await refusal(state)).toMatch(/cannot be (?:read|written): /);
  });
});

function withoutKey(whole: string, algorithm: string): string {
  const file = JSON.parse(whole) as { keys: { alg: string }[] };
  return JSON.stringify({ ...file, keys: file.keys.filter(({ alg }) => alg !== algorithm) });
}
