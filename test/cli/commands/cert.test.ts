import { readFileSync, statSync, writeFileSync } from "node:fs";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { runCli } from "../../helpers/context.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

interface CertJson {
  readonly schemaVersion: number;
  readonly ca: { name: string; certificate: string; fingerprint: string; validUntil: string; made: boolean };
  readonly trust: { store: string; trust: string[]; remove: string[] }[];
  readonly certificate?: { names: string[]; certificate: string; key: string; validUntil: string };
}

function surroundings(): { env: Record<string, string>; cwd: string; folder: string } {
  const state = tempDir();
  return { env: { XDG_STATE_HOME: state }, cwd: tempDir(), folder: join(state, "gatewayctl", "local-ca") };
}

async function certJson(
  argv: readonly string[],
  options: { env: Record<string, string>; cwd: string },
): Promise<CertJson> {
  const { exitCode, stdout, stderr } = await runCli(["cert", "--json", ...argv], options);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  return JSON.parse(stdout) as CertJson;
}

describe("cert", () => {
  it("makes the CA once, in files that nobody else can read, and shows the same one from then on", async () => {
    const options = surroundings();
    const first = await certJson([], options);
    const second = await certJson([], options);
    expect(first).toMatchObject({ schemaVersion: 1, ca: { made: true, certificate: join(options.folder, "ca.pem") } });
    expect(second).toEqual({ ...first, ca: { ...first.ca, made: false } });
    expect(statSync(options.folder).mode & 0o777).toBe(0o700);
    expect(statSync(join(options.folder, "ca.key")).mode & 0o777).toBe(0o600);
    const certificate = new X509Certificate(readFileSync(first.ca.certificate));
    expect(first.ca.fingerprint).toBe(certificate.fingerprint256);
    expect(certificate.subject).toContain(`CN=${first.ca.name}`);
    expect(Date.parse(first.ca.validUntil)).toBe(Date.parse(certificate.validTo));
  });

  it("says how to trust it everywhere, and how to take that back, and does neither", async () => {
    const options = surroundings();
    const { exitCode, stdout } = await runCli(["cert"], options);
    expect(exitCode).toBe(0);
    const file = join(options.folder, "ca.pem");
    const { name } = (await certJson([], options)).ca;
    for (const line of [
      `security add-trusted-cert -r trustRoot -p ssl -k ~/Library/Keychains/login.keychain-db ${file}`,
      `security delete-certificate -c "${name}"`,
      `sudo cp ${file} /usr/local/share/ca-certificates/gatewayctl-local-ca.crt`,
      "sudo update-ca-certificates --fresh",
      "sudo update-ca-trust",
      `sudo trust anchor --store ${file}`,
      `certutil -user -addstore Root "${file}"`,
      `certutil -user -delstore Root "${name}"`,
      `certutil -d sql:$HOME/.pki/nssdb -A -t "C,," -n "${name}" -i ${file}`,
      `certutil -d sql:$HOME/.pki/nssdb -D -n "${name}"`,
      `export NODE_EXTRA_CA_CERTS=${file}`,
      `curl --cacert ${file} https://localhost:8443/`,
    ]) {
      expect(stdout).toContain(`    ${line}\n`);
    }
    expect(stdout).toContain("Nothing trusts it until you say so.");
  });

  it("quotes a path that a shell would take apart", async () => {
    const options = surroundings();
    const env = { XDG_STATE_HOME: join(tempDir(), "it's here") };
    const { trust } = await certJson([], { ...options, env });
    const node = trust.find(({ store }) => store.startsWith("Node"))?.trust[0];
    expect(node).toBe(
      `export NODE_EXTRA_CA_CERTS='${env.XDG_STATE_HOME.replace("'", `'\\''`)}/gatewayctl/local-ca/ca.pem'`,
    );
  });

  it("writes no colours without a terminal, and some on one", async () => {
    const options = surroundings();
    expect((await runCli(["cert"], options)).stdout).not.toContain("\u001b[");
    expect((await runCli(["cert"], { ...options, tty: true, color: true })).stdout).toContain("\u001b[");
  });
});

describe("cert HOST...", () => {
  it("writes one certificate for all the names, and its key for this user alone", async () => {
    const options = surroundings();
    const { ca, certificate } = await certJson(
      ["Shop.localhost", "*.shop.localhost", "api.test", "::1", "-o", "a/b"],
      options,
    );
    expect(certificate?.names).toEqual(["shop.localhost", "*.shop.localhost", "api.test", "::1"]);
    expect(certificate?.certificate).toBe(join(options.cwd, "a/b/shop.localhost.pem"));
    expect(certificate?.key).toBe(join(options.cwd, "a/b/shop.localhost.key"));
    expect(statSync(certificate?.key ?? "").mode & 0o777).toBe(0o600);
    const leaf = new X509Certificate(readFileSync(certificate?.certificate ?? ""));
    const authority = new X509Certificate(readFileSync(ca.certificate));
    expect(leaf.checkIssued(authority)).toBe(true);
    expect(leaf.verify(authority.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(readFileSync(certificate?.key ?? "")))).toBe(true);
    expect(leaf.checkHost("shop.localhost")).toBe("shop.localhost");
    expect(leaf.checkHost("x.shop.localhost")).toBe("*.shop.localhost");
    expect(leaf.checkHost("other.localhost")).toBeUndefined();
    expect(leaf.checkIP("::1")).toBe("::1");
    const days = (Date.parse(leaf.validTo) - Date.parse(leaf.validFrom)) / 86_400_000;
    // 397 days and the hour that it is dated back.
    expect(days).toBeGreaterThan(396);
    expect(days).toBeLessThan(398);
  });

  it("does not overwrite, unless it is told to; and then the key is open to nobody else", async () => {
    const options = surroundings();
    const { certificate } = await certJson(["localhost"], options);
    const key = certificate?.key ?? "";
    const before = readFileSync(key, "utf8");
    const again = await runCli(["cert", "localhost"], options);
    expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining("GW0012")]);
    expect(readFileSync(key, "utf8")).toBe(before);
    writeFileSync(key, "open to all", { mode: 0o644 });
    expect((await runCli(["cert", "localhost", "--force"], options)).exitCode).toBe(0);
    expect(readFileSync(key, "utf8")).toContain("PRIVATE KEY");
    expect(statSync(key).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["a name that is not local", "shop.example"],
    ["one that only ends like a local one", "notlocalhost"],
    ["one inside of another domain", "localhost.example"],
    ["an address of another machine", "10.0.0.1"],
    ["a wildcard that no client takes", "*.test"],
    ["what is no name", "a b"],
  ])("refuses %s, and makes no CA for it", async (_what, host) => {
    const options = surroundings();
    const { exitCode, stderr } = await runCli(["cert", "shop.localhost", host], options);
    expect([exitCode, stderr]).toEqual([64, expect.stringContaining("GW0019")]);
    expect(() => statSync(options.folder)).toThrow("ENOENT");
  });
});

describe("cert --renew", () => {
  it("makes another CA, and says which one is to be trusted no more", async () => {
    const options = surroundings();
    const before = await certJson([], options);
    const { exitCode, stdout, stderr } = await runCli(["cert", "--renew"], options);
    expect(exitCode).toBe(0);
    expect(stdout).not.toContain(before.ca.fingerprint);
    expect(stderr).toContain(`${before.ca.name} was replaced`);
    expect((await certJson([], options)).ca.fingerprint).not.toBe(before.ca.fingerprint);
  });

  it("is the way out where the CA cannot be used", async () => {
    const options = surroundings();
    await certJson([], options);
    writeFileSync(join(options.folder, "ca.pem"), "nothing");
    const broken = await runCli(["cert"], options);
    expect([broken.exitCode, broken.stderr]).toEqual([1, expect.stringContaining("GW0018")]);
    expect((await certJson(["--renew"], options)).ca.made).toBe(true);
  });
});
