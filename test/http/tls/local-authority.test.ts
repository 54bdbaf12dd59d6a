import { chmodSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  authorityFiles,
  openLocalAuthority,
  readLocalAuthority,
  replaceLocalAuthority,
} from "../../../src/http/tls/local-authority.ts";
import { createTestCa } from "../../helpers/certificates.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const NOW = Date.now();

describe("the local CA's files", () => {
  it("are made where there are none, open to nobody else, with nothing left beside them", async () => {
    const state = tempDir();
    expect(await readLocalAuthority(state, NOW)).toBeUndefined();
    const authority = await openLocalAuthority(state, NOW);
    expect(authority.made).toBe(true);
    expect(statSync(join(state, "local-ca")).mode & 0o777).toBe(0o700);
    expect(statSync(authority.keyFile).mode & 0o777).toBe(0o600);
    expect(readdirSync(state)).toEqual(["local-ca"]);
    expect(readdirSync(join(state, "local-ca")).sort()).toEqual(["ca.key", "ca.pem"]);
  });

  it("are open to nobody else whatever the umask", async () => {
    const state = tempDir();
    const before = process.umask(0);
    try {
      await openLocalAuthority(state, NOW);
    } finally {
      process.umask(before);
    }
    expect(statSync(join(state, "local-ca")).mode & 0o777).toBe(0o700);
    expect(statSync(authorityFiles(state).keyFile).mode & 0o777).toBe(0o600);
  });

  it("are those of one CA, however many make it at once", async () => {
    const state = tempDir();
    const all = await Promise.all(Array.from({ length: 12 }, () => openLocalAuthority(state, NOW)));
    expect(new Set(all.map(({ cert }) => cert)).size).toBe(1);
    expect(all.filter(({ made }) => made)).toHaveLength(1);
    expect(readdirSync(state)).toEqual(["local-ca"]);
  });

  it("are read again as they were written", async () => {
    const state = tempDir();
    const made = await openLocalAuthority(state, NOW);
    const read = await openLocalAuthority(state, NOW);
    expect(read.cert).toBe(made.cert);
    expect(read.made).toBe(false);
  });

  it("are replaced as a pair", async () => {
    const state = tempDir();
    const before = await openLocalAuthority(state, NOW);
    const key = readFileSync(before.keyFile, "utf8");
    const after = await replaceLocalAuthority(state, NOW);
    expect(after.made).toBe(true);
    expect(after.cert).not.toBe(before.cert);
    expect(readFileSync(after.keyFile, "utf8")).not.toBe(key);
    expect(readdirSync(state)).toEqual(["local-ca"]);
  });

  it.each<[string, string, (state: string) => void | Promise<void>]>([
    ["a certificate that is none", "cannot be used", (state) => writeFileSync(authorityFiles(state).certFile, "x")],
    ["a key that is none", "cannot be used", (state) => writeFileSync(authorityFiles(state).keyFile, "x")],
    ["no key", "is missing", (state) => rmSync(authorityFiles(state).keyFile)],
    ["no certificate", "is missing", (state) => rmSync(authorityFiles(state).certFile)],
    ["a key that others can read", "mode 644", (state) => chmodSync(authorityFiles(state).keyFile, 0o644)],
    [
      "the certificate of another CA",
      "do not match",
      async (state) => writeFileSync(authorityFiles(state).certFile, (await createTestCa()).cert),
    ],
  ])("with %s are an error, and stay as they are", async (_what, why, spoil) => {
    const state = tempDir();
    await openLocalAuthority(state, NOW);
    await spoil(state);
    await expect(openLocalAuthority(state, NOW)).rejects.toMatchObject({
      code: "GW0018",
      message: expect.stringContaining(why),
    });
    expect((await replaceLocalAuthority(state, NOW)).made).toBe(true);
  });

  it("are an error when the CA has expired", async () => {
    const state = tempDir();
    const { certificate } = await openLocalAuthority(state, NOW);
    await expect(openLocalAuthority(state, Date.parse(certificate.validTo) + 1)).rejects.toMatchObject({
      code: "GW0018",
      message: expect.stringContaining("expired"),
    });
  });
});
