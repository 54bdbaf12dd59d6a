import { createPrivateKey, randomBytes, X509Certificate } from "node:crypto";
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Millis } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";
import { type Authority, makeAuthority, openAuthority } from "./make-certificates.ts";

/** The folder of the CA, inside of the state directory. */
const FOLDER = "local-ca";

/** The local CA as it stands on disk. */
export interface LocalAuthority extends Authority {
  readonly certFile: string;
  readonly keyFile: string;
  readonly certificate: X509Certificate;
  /** It was made by this very call: nobody can trust it yet. */
  readonly made: boolean;
}

/** Where the CA's files are, or will be. */
export function authorityFiles(stateDirectory: string): { readonly certFile: string; readonly keyFile: string } {
  const folder = join(stateDirectory, FOLDER);
  return { certFile: join(folder, "ca.pem"), keyFile: join(folder, "ca.key") };
}

/**
 * The local CA, made where there is none.
 *
 * @param stateDirectory a folder that is this user's alone
 * @param now in ms since 1970
 * @throws GatewayError GW0018 if its files are there and cannot be used
 */
export async function openLocalAuthority(stateDirectory: string, now: Millis): Promise<LocalAuthority> {
  const found = await readLocalAuthority(stateDirectory, now);
  if (found !== undefined) return found;
  const made = await writeAuthority(stateDirectory, now);
  const authority = await readLocalAuthority(stateDirectory, now);
  if (authority === undefined) throw unusable(authorityFiles(stateDirectory).certFile, "is gone again");
  return { ...authority, made };
}

/**
 * Makes a new CA in the place of the one that is there; that one's key is gone then.
 * @throws GatewayError GW0018 if it cannot be written
 */
export async function replaceLocalAuthority(stateDirectory: string, now: Millis): Promise<LocalAuthority> {
  const folder = join(stateDirectory, FOLDER);
  const before = `${folder}.${randomBytes(6).toString("hex")}`;
  const wasThere = await rename(folder, before).then(
    () => true,
    () => false,
  );
  try {
    return await openLocalAuthority(stateDirectory, now);
  } catch (error) {
    if (wasThere) await rename(before, folder);
    throw error;
  } finally {
    await rm(before, { recursive: true, force: true });
  }
}

/**
 * The CA that is there; `undefined` if there is none.
 * @throws GatewayError GW0018 if its files cannot be used: unreadable, not a pair, open to others, expired
 */
export async function readLocalAuthority(stateDirectory: string, now: Millis): Promise<LocalAuthority | undefined> {
  const { certFile, keyFile } = authorityFiles(stateDirectory);
  const [cert, key] = await Promise.all([readIfThere(certFile), readIfThere(keyFile)]);
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined) {
    throw unusable(cert === undefined ? certFile : keyFile, "is missing beside the other half of the pair");
  }
  const { mode } = await lstat(keyFile);
  if (process.getuid && (mode & 0o077) !== 0) {
    throw unusable(keyFile, `can be read by others (mode ${(mode & 0o777).toString(8)})`);
  }
  try {
    const certificate = new X509Certificate(cert);
    const privateKey = createPrivateKey(key);
    if (!certificate.ca || !certificate.checkPrivateKey(privateKey))
      throw new Error("certificate and key do not match");
    if (Date.parse(certificate.validTo) <= now) throw new Error(`it expired on ${certificate.validTo}`);
    return { ...(await openAuthority(cert, privateKey)), certFile, keyFile, certificate, made: false };
  } catch (error) {
    throw unusable(certFile, `cannot be used: ${(error as Error).message}`, error);
  }
}

/** @returns false if another process was faster; its CA counts then */
async function writeAuthority(stateDirectory: string, now: Millis): Promise<boolean> {
  const pair = await makeAuthority(now);
  // Both halves appear at once, whole, or not at all: a folder is moved into place only where there is none.
  const draft = join(stateDirectory, `${FOLDER}.${randomBytes(6).toString("hex")}`);
  try {
    await mkdir(draft, { mode: 0o700 });
    await chmod(draft, 0o700);
    await writeFile(join(draft, "ca.key"), pair.key, { mode: 0o600, flag: "wx" });
    await writeFile(join(draft, "ca.pem"), pair.cert, { mode: 0o644, flag: "wx" });
    await rename(draft, join(stateDirectory, FOLDER));
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOTEMPTY" || code === "EEXIST") return false;
    throw unusable(draft, `cannot be written: ${(error as Error).message}`, error);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw unusable(file, `cannot be read: ${message}`, error);
  }
}

function unusable(file: string, why: string, cause?: unknown): GatewayError {
  return new GatewayError("GW0018", `${file} ${why}.`, { cause });
}
