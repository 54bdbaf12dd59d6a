import { generateKeyPairSync } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createFileCertificates, readCertificateFiles } from "../../../src/http/tls/file-certificates.ts";
import { createTestCa, type TestCa, type TestCertificate } from "../../helpers/certificates.ts";
import { tempDir } from "../../helpers/temp-dir.ts";

const SPEC = { cert: "s.pem", key: "s.key", minVersion: "TLSv1.2", clientCa: undefined } as const;
let ca: TestCa;
let leaf: TestCertificate;
let other: TestCertificate;

beforeAll(async () => {
  ca = await createTestCa();
  leaf = await ca.issue(["shop.example"]);
  other = await ca.issue(["other.example"]);
});

const locked = generateKeyPairSync("ec", {
  namedCurve: "P-256",
  privateKeyEncoding: { type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" },
  publicKeyEncoding: { type: "spki", format: "pem" },
}).privateKey;

describe("certificates out of files", () => {
  it("are read relative to a folder", async () => {
    const base = tempDir({ "s.pem": leaf.cert + ca.cert, "s.key": leaf.key, "ca.pem": ca.cert });
    const source = createFileCertificates({ ...SPEC, clientCa: "./ca.pem", minVersion: "TLSv1.3" }, base);
    expect(source.files).toEqual([`${base}/s.pem`, `${base}/s.key`, `${base}/ca.pem`]);
    expect(source.requiresClientCertificate).toBe(true);
    const { cert, minVersion, clientCa } = await source.load();
    // Joined without a line break, as `cat` leaves them.
    expect(cert).toBe(`${leaf.cert}\n${ca.cert}\n`);
    expect([minVersion, clientCa]).toEqual(["TLSv1.3", `${ca.cert}\n`]);
    expect(source.contextFor("shop.example")).toBeUndefined();
  });

  it("say when they end", async () => {
    const base = tempDir({ "s.pem": leaf.cert, "s.key": leaf.key });
    const { notAfter } = await readCertificateFiles(SPEC, base);
    expect((notAfter ?? 0) - Date.now()).toBeGreaterThan(3_000_000);
    expect((notAfter ?? 0) - Date.now()).toBeLessThan(3_600_001);
  });

  it.each<[string, () => Record<string, string>, [string, string][]]>([
    [
      "missing, both of them",
      () => ({}),
      [
        ["cert", "s.pem does not exist"],
        ["key", "s.key does not exist"],
      ],
    ],
    ["a folder", () => ({ "s.pem/x": "", "s.key": leaf.key }), [["cert", "s.pem is a folder, not a file"]]],
    ["no PEM", () => ({ "s.pem": "hello", "s.key": leaf.key }), [["cert", "s.pem has no certificate in PEM form"]]],
    [
      "the wrong way round",
      () => ({ "s.pem": leaf.key, "s.key": leaf.cert }),
      [
        ["cert", "s.pem has no certificate in PEM form: it has a private key instead"],
        ["key", "s.key has no private key in PEM form"],
      ],
    ],
    [
      "a certificate that is cut short",
      () => ({ "s.pem": leaf.cert.replace(/\n[^\n]+\n(?=-----END)/, "\n"), "s.key": leaf.key }),
      [["cert", "s.pem has a certificate that cannot be read"]],
    ],
    [
      "a key that is cut short",
      () => ({ "s.pem": leaf.cert, "s.key": leaf.key.replace(/\n[^\n]+\n(?=-----END)/, "\n") }),
      [["key", "s.key has a key that cannot be read"]],
    ],
    [
      "of two pairs",
      () => ({ "s.pem": leaf.cert, "s.key": other.key }),
      [["key", "s.key is not the key of the certificate in s.pem"]],
    ],
    [
      "a chain that begins with the CA",
      () => ({ "s.pem": ca.cert + leaf.cert, "s.key": leaf.key }),
      [["cert", "s.pem must begin with the server's own certificate; the chain follows it"]],
    ],
    [
      "a key behind a passphrase",
      () => ({ "s.pem": leaf.cert, "s.key": locked }),
      [["key", "s.key has a key that is protected by a passphrase; it must be without one"]],
    ],
  ])("are an error where they are %s", async (_what, files, expected) => {
    const base = tempDir(files());
    const { credentials, faults } = await readCertificateFiles(SPEC, base);
    expect(credentials).toBeUndefined();
    expect(faults.map(({ key, message }) => [key, message])).toEqual(
      expected.map(([key, message]) => [
        key,
        expect.stringMatching(new RegExp(`^${message.replace(/[.;]/g, "\\$&")}`)),
      ]),
    );
    await expect(createFileCertificates(SPEC, base).load()).rejects.toMatchObject({ code: "GW0122" });
  });

  it("are an error where the clients' CA is none", async () => {
    const base = tempDir({ "s.pem": leaf.cert, "s.key": leaf.key, "ca.pem": leaf.key });
    const { faults } = await readCertificateFiles({ ...SPEC, clientCa: "ca.pem" }, base);
    expect(faults).toEqual([{ key: "clientCa", message: expect.stringContaining("ca.pem has no certificate") }]);
  });
});
