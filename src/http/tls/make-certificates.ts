import { KeyObject, randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import type * as X509 from "@peculiar/x509";
import type { Millis } from "../../shared/clock.ts";
import { localNameConstraints, NAME_CONSTRAINTS } from "./name-constraints.ts";

/** A certificate and its key, both PEM, as they stand in files. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** The local CA with its key at hand. */
export interface Authority {
  readonly cert: string;
  readonly signingKey: webcrypto.CryptoKey;
}

/** A key pair that certificates are made for; many of one process may share it. */
export type LeafKeys = webcrypto.CryptoKeyPair;

type Library = typeof X509;

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR: Millis = 3_600_000;
export const DAY: Millis = 24 * HOUR;
const CA_LIFE: Millis = 3_652 * DAY;
/** Clocks of virtual machines and containers lag behind. */
const BACKDATED: Millis = HOUR;

/** Heavy, and needed by few runs: loaded when the first certificate is made. */
async function loadLibrary(): Promise<Library> {
  // It registers its classes with the Reflect API that this module adds.
  await import("reflect-metadata");
  return import("@peculiar/x509");
}

/**
 * A new CA: ECDSA P-256, ten years, for TLS servers with local names only (RFC 5280 sections 4.2.1.9, .10 and .12).
 * @param now in ms since 1970
 */
export async function makeAuthority(now: Millis): Promise<CertificatePair> {
  const x509 = await loadLibrary();
  const keys = await makeLeafKeys();
  const cert = await x509.X509CertificateGenerator.createSelfSigned({
    // A name of its own, so that the trust stores show which one it is; nothing of the user or the machine.
    name: `CN=gatewayctl local CA ${randomBytes(4).toString("hex")}, O=gatewayctl`,
    serialNumber: serialNumber(),
    notBefore: new Date(now - BACKDATED),
    notAfter: new Date(now + CA_LIFE),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      // Names do not bind certificates that have none, as those for signing code: so no other purpose.
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.Extension(NAME_CONSTRAINTS, true, localNameConstraints()),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pemText(cert), key: privateKeyPem(keys.privateKey) };
}

/**
 * Makes the CA of a file ready to sign.
 * @param key PKCS#8, PEM
 * @throws Error if it is not an ECDSA P-256 key
 */
export async function openAuthority(cert: string, key: KeyObject): Promise<Authority> {
  const der = key.export({ type: "pkcs8", format: "der" });
  return { cert, signingKey: await webcrypto.subtle.importKey("pkcs8", der, ALGORITHM, false, ["sign"]) };
}

export async function makeLeafKeys(): Promise<LeafKeys> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
}

export interface LeafRequest {
  /** Host names, wildcards, addresses; at least one. */
  readonly names: readonly string[];
  readonly keys: LeafKeys;
  /** In ms since 1970. */
  readonly now: Millis;
  /** In ms; the CA's own end comes before it. */
  readonly life: Millis;
}

/** A certificate of the CA for a TLS server, and when it ends, in ms since 1970. */
export async function makeLeaf(
  authority: Authority,
  request: LeafRequest,
): Promise<CertificatePair & { readonly notAfter: Millis }> {
  const { names, keys, now, life } = request;
  const x509 = await loadLibrary();
  const issuer = new x509.X509Certificate(authority.cert);
  const notAfter = Math.min(now + life, issuer.notAfter.getTime());
  const cert = await x509.X509CertificateGenerator.create({
    // Clients look at the alternative names alone. A CN is at most 64 long, and OpenSSL holds an address in it to the
    // constraints on host names.
    subject: "O=gatewayctl development certificate",
    issuer: issuer.subject,
    serialNumber: serialNumber(),
    notBefore: new Date(Math.max(now - BACKDATED, issuer.notBefore.getTime())),
    notAfter: new Date(notAfter),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: authority.signingKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
      ),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { cert: pemText(cert), key: privateKeyPem(keys.privateKey), notAfter };
}

/** RFC 5280 section 4.1.2.2: positive, and unique of one CA: 127 random bits. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x7f) | 0x40, 0);
  return bytes.toString("hex");
}

function pemText(cert: X509.X509Certificate): string {
  return `${cert.toString("pem").trimEnd()}\n`;
}

function privateKeyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
}
