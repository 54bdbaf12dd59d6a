import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

/** A file of `services.*.tls.ca` that was read: its PEM text, or what is wrong with it. */
export type CaFile =
  | { readonly ca: string; readonly fault?: undefined }
  /** A clause without a full stop that begins with the file's name as the config has it. */
  | { readonly ca?: undefined; readonly fault: string };

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/**
 * Reads the certificates that an endpoint's must come from.
 *
 * @param name as the config has it: relative to `base`
 */
export function readCaFile(name: string, base: string): CaFile {
  let ca: string;
  try {
    ca = readFileSync(resolve(base, name), "utf8");
  } catch (error) {
    return { fault: `${name} ${readFault(error as NodeJS.ErrnoException)}` };
  }
  const blocks = ca.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) return { fault: `${name} has no certificate in PEM form` };
  try {
    for (const block of blocks) new X509Certificate(block);
  } catch (error) {
    return { fault: `${name} has a certificate that cannot be read: ${(error as Error).message}` };
  }
  return { ca };
}

function readFault({ code, message }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "does not exist";
  if (code === "EISDIR") return "is a folder, not a file";
  if (code === "EACCES") return "may not be read by this user";
  return `cannot be read: ${message}`;
}
