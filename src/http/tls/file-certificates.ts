import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import type { TlsFiles } from "../schema.ts";
import type { CertificateSource, ServerCredentials } from "./certificate-source.ts";

/** Something that is wrong with a file, and which key of the config names it. */
export interface CertificateFault {
  readonly key: "cert" | "key" | "clientCa";
  /** A sentence without a full stop that begins with the file's name as the config has it. */
  readonly message: string;
}

/** What is in the files of a `tls:` section. */
export interface CertificateFiles {
  readonly credentials: ServerCredentials | undefined;
  readonly faults: readonly CertificateFault[];
  /** Of the server's own certificate, in ms since 1970. */
  readonly notAfter: number | undefined;
}

/** Reads the files of a `tls:` section, and says everything that is wrong with them. Paths are relative to `base`. */
export async function readCertificateFiles(spec: TlsFiles, base: string): Promise<CertificateFiles> {
  const faults: CertificateFault[] = [];
  const read = async (key: CertificateFault["key"], name: string | undefined): Promise<string | undefined> => {
    if (name === undefined) return undefined;
    try {
      return await readFile(resolve(base, name), "utf8");
    } catch (error) {
      faults.push({ key, message: `${name} ${readFault(error as NodeJS.ErrnoException)}` });
      return undefined;
    }
  };
  const cert = await read("cert", spec.cert);
  const key = await read("key", spec.key);
  const clientCa = await read("clientCa", spec.clientCa);
  const chain = cert === undefined ? undefined : parseChain(cert, "cert", spec.cert, faults);
  const privateKey = key === undefined ? undefined : parseKey(key, spec.key, faults);
  if (clientCa !== undefined) parseChain(clientCa, "clientCa", spec.clientCa ?? "", faults);
  if (chain && privateKey) checkPair(chain, privateKey, spec, faults);
  const notAfter = chain?.[0] && Date.parse(chain[0].validTo);
  if (cert === undefined || key === undefined || faults.length > 0) return { credentials: undefined, faults, notAfter };
  const credentials = {
    cert: normalized(cert),
    key,
    minVersion: spec.minVersion,
    clientCa: clientCa && normalized(clientCa),
    sessionTerms: cert,
    renewAt: undefined,
  };
  checkWhole(credentials, spec, faults);
  return { credentials: faults.length > 0 ? undefined : credentials, faults, notAfter };
}

/** Certificates out of the user's own files. */
export function createFileCertificates(spec: TlsFiles, base: string): CertificateSource {
  const names = [spec.cert, spec.key, ...(spec.clientCa === undefined ? [] : [spec.clientCa])];
  return {
    files: names.map((name) => resolve(base, name)),
    requiresClientCertificate: spec.clientCa !== undefined,
    async load() {
      const { credentials, faults } = await readCertificateFiles(spec, base);
      if (credentials !== undefined) return credentials;
      throw new GatewayError("GW0122", `${faults.map(({ message }) => message).join("; ")}.`);
    },
    contextFor: () => undefined,
  };
}

function readFault({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "does not exist";
  if (code === "EISDIR") return "is a folder, not a file";
  if (code === "EACCES") return "may not be read by this user";
  return `cannot be read: ${message}`;
}

/** Files that were joined without a line break between them are taken, though OpenSSL does not take them as they are. */
function normalized(pem: string): string {
  return `${(pem.match(CERTIFICATE) ?? []).join("\n")}\n`;
}

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

function parseChain(
  pem: string,
  key: CertificateFault["key"],
  name: string,
  faults: CertificateFault[],
): X509Certificate[] | undefined {
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) {
    const instead = pem.includes("PRIVATE KEY-----") ? ": it has a private key instead" : "";
    faults.push({ key, message: `${name} has no certificate in PEM form${instead}` });
    return undefined;
  }
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    faults.push({ key, message: `${name} has a certificate that cannot be read: ${(error as Error).message}` });
    return undefined;
  }
}

function parseKey(pem: string, name: string, faults: CertificateFault[]): KeyObject | undefined {
  if (!pem.includes("PRIVATE KEY-----")) {
    faults.push({ key: "key", message: `${name} has no private key in PEM form` });
    return undefined;
  }
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem)) {
    faults.push({ key: "key", message: `${name} has a key that is protected by a passphrase; it must be without one` });
    return undefined;
  }
  try {
    return createPrivateKey(pem);
  } catch (error) {
    faults.push({ key: "key", message: `${name} has a key that cannot be read: ${(error as Error).message}` });
    return undefined;
  }
}

function checkPair(chain: X509Certificate[], key: KeyObject, spec: TlsFiles, faults: CertificateFault[]): void {
  if (chain[0]?.checkPrivateKey(key)) return;
  const later = chain.some((certificate) => certificate.checkPrivateKey(key));
  const message = later
    ? `${spec.cert} must begin with the server's own certificate; the chain follows it`
    : `${spec.key} is not the key of the certificate in ${spec.cert}`;
  faults.push({ key: later ? "cert" : "key", message });
}

/** OpenSSL refuses what reads well too: keys that are too short, above all. */
function checkWhole({ cert, key, clientCa }: ServerCredentials, spec: TlsFiles, faults: CertificateFault[]): void {
  try {
    createSecureContext({ cert, key, ca: clientCa });
  } catch (error) {
    faults.push({ key: "cert", message: `${spec.cert} cannot be used: ${(error as Error).message}` });
  }
}
