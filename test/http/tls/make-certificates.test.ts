import { createPrivateKey, X509Certificate } from "node:crypto";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import {
  type Authority,
  type CertificatePair,
  DAY,
  makeAuthority,
  makeLeaf,
  makeLeafKeys,
  openAuthority,
} from "../../../src/http/tls/make-certificates.ts";
import { tempDir } from "../../helpers/temp-dir.ts";
import { hasOpenssl, openssl, verifyChain } from "./openssl.ts";

const NOW = Date.now();
let pair: CertificatePair;
let authority: Authority;

beforeAll(async () => {
  pair = await makeAuthority(NOW);
  authority = await openAuthority(pair.cert, createPrivateKey(pair.key));
});

async function leafFor(...names: string[]): Promise<CertificatePair & { notAfter: number }> {
  return makeLeaf(authority, { names, keys: await makeLeafKeys(), now: NOW, life: 90 * DAY });
}

describe("the local CA", () => {
  it("is an ECDSA P-256 certificate for ten years, made of itself, that says nothing of user or machine", () => {
    const certificate = new X509Certificate(pair.cert);
    expect(certificate.ca).toBe(true);
    expect(certificate.checkIssued(certificate)).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: "prime256v1" });
    expect(certificate.subject).toMatch(/^CN=gatewayctl local CA [0-9a-f]{8}\nO=gatewayctl$/);
    const years = (Date.parse(certificate.validTo) - NOW) / (365.25 * DAY);
    expect(years).toBeGreaterThan(9.9);
    expect(years).toBeLessThan(10.1);
  });

  it("is another one each time", async () => {
    const other = new X509Certificate((await makeAuthority(NOW)).cert);
    const certificate = new X509Certificate(pair.cert);
    expect(other.serialNumber).not.toBe(certificate.serialNumber);
    expect(other.subject).not.toBe(certificate.subject);
  });
});

describe("a leaf", () => {
  it("is of the CA, for its names only, begins an hour ago and ends in time", async () => {
    const { cert, key, notAfter } = await leafFor("shop.localhost", "127.0.0.1", "::1");
    const leaf = new X509Certificate(cert);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(new X509Certificate(pair.cert))).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
    expect(leaf.subjectAltName).toBe("DNS:shop.localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
    expect(notAfter).toBe(NOW + 90 * DAY);
    expect(Date.parse(leaf.validTo)).toBe(Math.floor(notAfter / 1000) * 1000);
    expect(Date.parse(leaf.validFrom)).toBe(Math.floor((NOW - 3_600_000) / 1000) * 1000);
  });

  it("does not outlive the CA", async () => {
    const end = Date.parse(new X509Certificate(pair.cert).validTo);
    const keys = await makeLeafKeys();
    const late = await makeLeaf(authority, { names: ["localhost"], keys, now: end - DAY, life: 90 * DAY });
    expect(late.notAfter).toBe(end);
  });
});

describe.skipIf(!hasOpenssl && process.env["REQUIRE_PEERS"] !== "1")("as OpenSSL sees it", () => {
  async function verdict(subject: string, ...names: string[]): Promise<string> {
    const { cert } = await leafFor(...names);
    const folder = tempDir({ "ca.pem": pair.cert, "leaf.pem": cert });
    const { ok, text } = verifyChain(join(folder, "ca.pem"), join(folder, "leaf.pem"), subject);
    return ok ? "good" : (/error \d+ at .*?: (.*)/.exec(text)?.[1] ?? text);
  }

  it("the CA has its constraints marked critical, and is for TLS servers only", () => {
    const { text } = openssl(["x509", "-noout", "-text"], pair.cert);
    expect(text).toMatch(
      /X509v3 Name Constraints: critical\s+Permitted:\s+DNS:localhost\s+DNS:test\s+IP:127.0.0.0\/255.0.0.0/,
    );
    expect(text).toContain("IP:0:0:0:0:0:0:0:1/FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF:FFFF");
    expect(text).toMatch(/X509v3 Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(text).toMatch(/X509v3 Extended Key Usage:\s+TLS Web Server Authentication/);
  });

  it.each([
    ["localhost", ["localhost"]],
    ["a.b.localhost", ["a.b.localhost"]],
    ["shop.test", ["shop.test"]],
    ["127.3.2.1", ["127.3.2.1"]],
    ["::1", ["localhost", "::1"]],
  ])("the chain of %s is good", async (subject, names) => {
    expect(await verdict(subject, ...names)).toBe("good");
  });

  it.each([
    ["another domain", "shop.example", ["shop.example"]],
    ["a name that only ends like a local one", "notlocalhost", ["notlocalhost"]],
    ["a local name beside another one", "shop.localhost", ["shop.localhost", "bank.example"]],
    ["another machine's address", "10.0.0.1", ["localhost", "10.0.0.1"]],
    ["another IPv6 address", "::2", ["localhost", "::2"]],
  ])("the constraints bind a leaf for %s, though the CA's own key has signed it", async (_what, subject, names) => {
    expect(await verdict(subject, ...names)).toBe("permitted subtree violation");
  });
});
