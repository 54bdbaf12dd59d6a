// oxlint-disable-next-line import/no-unassigned-import -- the library registers its classes with what this adds
import "reflect-metadata";
import { randomBytes, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import {
  BasicConstraintsExtension,
  type Extension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

/** Both PEM, as `tls.createServer` takes them. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

/** A CA of one test. */
export interface TestCa extends TestCertificate {
  /** A certificate for these names and addresses, for servers and clients alike, valid for an hour, or until `end`. */
  issue(names: readonly string[], end?: Date): Promise<TestCertificate>;
}

const EC = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;
const HOUR = 3_600_000;

/** A certificate authority that nobody trusts until told to, by its `cert`. */
export async function createTestCa(name = "test CA"): Promise<TestCa> {
  const keys = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
  const subject = `CN=${name}`;
  const certificate = await X509CertificateGenerator.createSelfSigned({
    ...common([
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ]),
    name: subject,
    keys,
  });
  const issue = async (names: readonly string[], end?: Date): Promise<TestCertificate> => {
    const own = await webcrypto.subtle.generateKey(EC, true, ["sign", "verify"]);
    const leaf = await X509CertificateGenerator.create({
      ...common([
        new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
        new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth]),
        new SubjectAlternativeNameExtension(
          names.map((value) => ({ type: isIP(value) === 0 ? ("dns" as const) : ("ip" as const), value })),
        ),
      ]),
      ...(end === undefined ? {} : { notAfter: end }),
      subject: `CN=${names[0] ?? name}`,
      issuer: subject,
      signingKey: keys.privateKey,
      publicKey: own.publicKey,
    });
    return { cert: leaf.toString("pem"), key: await pemOf(own.privateKey) };
  };
  return { cert: certificate.toString("pem"), key: await pemOf(keys.privateKey), issue };
}

function common(extensions: Extension[]) {
  const now = Date.now();
  return {
    // The leading 01 keeps it positive (RFC 5280 section 4.1.2.2).
    serialNumber: `01${randomBytes(8).toString("hex")}`,
    notBefore: new Date(now - HOUR),
    notAfter: new Date(now + HOUR),
    signingAlgorithm: EC,
    extensions,
  };
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  const der = Buffer.from(await webcrypto.subtle.exportKey("pkcs8", key)).toString("base64");
  return `-----BEGIN PRIVATE KEY-----\n${der.match(/.{1,64}/g)?.join("\n")}\n-----END PRIVATE KEY-----\n`;
}
