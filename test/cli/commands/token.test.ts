import { createPublicKey, verify } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tokenCommand } from "../../../src/cli/commands/token.ts";
import { openDevelopmentIssuer } from "../../../src/identity/development-issuer.ts";
import { SIGNING_ALGORITHMS } from "../../../src/identity/signing-key.ts";
import { stateDirectory } from "../../../src/processes/state-directory.ts";
import { runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { decode } from "../../identity/support.ts";

/** Of a user who has made tokens before. */
function user(): Record<string, string> {
  return { XDG_STATE_HOME: tempDir() };
}

interface TokenJson {
  readonly schemaVersion: number;
  readonly token: string;
  readonly algorithm: string;
  readonly kid: string;
  readonly expiresAt: string;
  readonly claims: Record<string, unknown>;
}

async function claimsOf(argv: readonly string[], options: Parameters<typeof runCli>[1] = {}): Promise<TokenJson> {
  const { exitCode, stdout, stderr } = await runCli(["token", "--json", ...argv], { env: user(), ...options });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout) as TokenJson;
}

const refused = async (argv: readonly string[]) => {
  const { exitCode, stdout, stderr } = await runCli(["token", ...argv], { env: user() });
  expect([exitCode, stdout]).toEqual([64, ""]);
  return stderr;
};

const SHOP = `version: 1
services: { orders: [http://localhost:4001] }
consumers: [{ name: ops, roles: [admin, auditor] }]
routes:
  - match: /orders
    service: orders
    policies: { authenticate: [{ jwt: { issuer: local, audience: shop, algorithms: [RS256, EdDSA] } }] }
`;

describe("token", () => {
  it("prints the token alone on stdout, and on stderr what is in it", async () => {
    const env = user();
    const argv = ["token", "--sub", "alice", "--role", "admin", "--role", "ops", "--scope", "a b", "--ttl", "15m"];
    const { exitCode, stdout, stderr } = await runCli([...argv, "--aud", "shop", "--claim", "plan=gold"], { env });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    const { header, claims } = decode(stdout.trim());
    expect(header).toMatchObject({ alg: "ES256" });
    expect(claims).toMatchObject({
      iss: "http://localhost:9900/idp",
      sub: "alice",
      aud: "shop",
      roles: ["admin", "ops"],
      scope: "a b",
      plan: "gold",
    });
    expect(stderr).toContain("token for alice; roles admin, ops; scopes a b; audience shop; claim plan\n");
    expect(stderr).toMatch(/good for 15m, until \S+Z; signed with ES256\n$/);
    const quiet = await runCli([...argv, "--quiet"], { env });
    expect([quiet.stderr, quiet.stdout.split("\n").length]).toEqual(["", 2]);
  });

  it("signs with the keys that the gateway has, and that nobody else can read", async () => {
    const env = user();
    const { token, kid } = await claimsOf([], { env });
    const keyFile = join(env["XDG_STATE_HOME"] ?? "", "gatewayctl", "issuer", "keys.json");
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const issuer = await openDevelopmentIssuer(stateDirectory(env));
    const jwk = issuer.jwks().find((one) => one["kid"] === kid);
    const key = { key: createPublicKey({ format: "jwk", key: jwk ?? {} }), dsaEncoding: "ieee-p1363" as const };
    const [head, body, signature = ""] = token.split(".");
    expect(verify("sha256", Buffer.from(`${head}.${body}`), key, Buffer.from(signature, "base64url"))).toBe(true);
    expect(readFileSync(keyFile, "utf8")).not.toContain(token);
  });

  it("is good for an hour, for a developer without roles, where nothing is said", async () => {
    const before = Math.floor(Date.now() / 1000);
    const { claims, expiresAt } = await claimsOf([]);
    expect(claims).toMatchObject({ sub: "developer", roles: [] });
    expect(claims).not.toHaveProperty("aud");
    const { iat, exp } = claims as { iat: number; exp: number };
    expect(iat).toBeGreaterThanOrEqual(before);
    expect(exp - iat).toBeGreaterThanOrEqual(3_600);
    expect(exp - iat).toBeLessThanOrEqual(3_601);
    expect(Date.parse(expiresAt)).toBe(exp * 1000);
  });

  it("reads values of claims as JSON where they are, and as texts elsewhere", async () => {
    const given = [
      "level=3",
      "beta=true",
      'teams=["a","b"]',
      "plan=gold",
      "note=a=b",
      "empty=",
      "big=12345678901234567890",
    ];
    const { claims } = await claimsOf(given.flatMap((claim) => ["--claim", claim]));
    expect(claims).toMatchObject({
      level: 3,
      beta: true,
      teams: ["a", "b"],
      plan: "gold",
      note: "a=b",
      empty: "",
      big: "12345678901234567890",
    });
  });

  it("can be signed in every way that the issuer has a key for, and offers exactly those", async () => {
    const env = user();
    for (const algorithm of SIGNING_ALGORITHMS) {
      const made = await claimsOf(["--alg", algorithm], { env });
      expect([made.algorithm, decode(made.token).header["alg"]]).toEqual([algorithm, algorithm]);
    }
    expect(tokenCommand.options?.find(({ flags }) => flags.startsWith("--alg"))?.choices).toEqual(SIGNING_ALGORITHMS);
  });

  it.each([
    ["a lifetime without a unit", ["--ttl", "5"], '--ttl takes a duration from 1s to 3650d, as in 15m or 8h, not "5".'],
    ["no lifetime", ["--ttl", "0s"], "--ttl takes"],
    ["an endless one", ["--ttl", "4000d"], "--ttl takes"],
    ["a claim without a value", ["--claim", "plan"], '--claim takes name=value, not "plan".'],
    ["a claim without a name", ["--claim", "=gold"], '--claim takes name=value, not "=gold".'],
    ["a claim twice", ["--claim", "a=1", "--claim", "a=2"], "The claim a is given twice"],
    ["a claim that has its flag", ["--claim", "aud=shop"], "aud is set with --aud, not as a claim."],
    ["a claim that is the issuer's", ["--claim", "iss=me"], "iss is set by gatewayctl itself, not as a claim."],
    ["an algorithm without a key", ["--alg", "HS256"], '"HS256" is not a value of --alg'],
  ])("refuses %s", async (_what, argv, message) => {
    expect(await refused(argv)).toContain(message);
  });
});

describe("token beside a config", () => {
  const files = { "gateway.config.yaml": SHOP };

  it("is for the one audience there, signed as its route takes it", async () => {
    const { claims, algorithm } = await claimsOf(["--sub", "alice"], { files });
    expect(claims).toMatchObject({ aud: "shop", roles: [] });
    expect(algorithm).toBe("RS256");
  });

  it("is for another audience if that is asked for", async () => {
    const { claims, algorithm } = await claimsOf(["--aud", "a", "--aud", "b"], { files });
    expect([claims["aud"], algorithm]).toEqual([["a", "b"], "ES256"]);
  });

  it("has the roles of the consumer whom it is for, unless others are given", async () => {
    const env = user();
    expect((await claimsOf(["--sub", "ops"], { files, env })).claims["roles"]).toEqual(["admin", "auditor"]);
    expect((await claimsOf(["--sub", "ops", "--role", "x"], { files, env })).claims["roles"]).toEqual(["x"]);
  });

  it("says which audiences there are, if there are several, and takes none of them", async () => {
    const two = `${SHOP}  - match: /bills
    service: orders
    policies: { authenticate: [{ jwt: { issuer: "http://localhost:9900/idp", audience: bank, rolesClaim: groups } }] }
`;
    const { stdout, stderr } = await runCli(["token"], { env: user(), files: { "gateway.config.yaml": two } });
    expect(decode(stdout).claims).not.toHaveProperty("aud");
    expect(stderr).toContain("gateway.config.yaml has several audiences (shop, bank): name one with --aud\n");
    const named = await runCli(["token", "--aud", "bank"], { env: user(), files: { "gateway.config.yaml": two } });
    expect(named.stderr).toContain("takes roles from the claim groups: give it with --claim\n");
  });

  it("is made all the same beside a config with errors, or one that is code, which is not run", async () => {
    const wrong = await runCli(["token"], { env: user(), files: { "gateway.config.yaml": "version: 2\n" } });
    expect([wrong.exitCode, decode(wrong.stdout).claims["sub"]]).toEqual([0, "developer"]);
    expect(wrong.stderr).toContain("nothing was taken from it");
    const code = { "gateway.config.mjs": 'import { writeFileSync } from "node:fs"; writeFileSync("ran", "");' };
    const other = await runCli(["token"], { env: user(), files: code });
    expect(other.exitCode).toBe(0);
    expect(other.stderr).toContain("gateway.config.mjs has errors, or is code");
  });

  it("needs the config that is named", async () => {
    const { exitCode, stdout, stderr } = await runCli(["token", "--config", "nowhere.yaml"], { env: user() });
    expect([exitCode, stdout]).toEqual([65, ""]);
    expect(stderr).toContain("nowhere.yaml does not exist");
  });
});
