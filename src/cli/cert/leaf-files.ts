import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import { isLocalName } from "../../http/tls/local-names.ts";
import type { Authority } from "../../http/tls/make-certificates.ts";
import { parseHostPattern } from "../../routing/host-pattern.ts";
import { formatHost } from "../../routing/match-spec.ts";
import type { Millis } from "../../shared/clock.ts";
import { GatewayError } from "../../shared/errors/gateway-error.ts";

/** The longest that Apple's systems take of any certificate (CA/Browser Forum ballot SC31, too). */
const DAYS = 397;

/** A certificate for a server of the user's own, as written. */
export interface LeafFiles {
  readonly names: readonly string[];
  readonly certFile: string;
  readonly keyFile: string;
  /** In ms since 1970. */
  readonly notAfter: Millis;
}

export interface LeafFilesOptions {
  readonly hosts: readonly string[];
  readonly directory: string;
  readonly overwrite: boolean;
  readonly now: Millis;
}

/**
 * The names that hosts on a command line mean, as certificates have them: lower case, `xn--`, addresses without brackets.
 * @throws GatewayError GW0019 for one that the local CA may not vouch for
 */
export function certificateNames(hosts: readonly string[]): string[] {
  return [...new Set(hosts.map(certificateName))];
}

function certificateName(host: string): string {
  const address = host.replace(/^\[(.*)\]$/, "$1");
  if (isIP(address) !== 0 && isLocalName(address)) return address;
  const pattern = parseHostPattern(host);
  if ("problem" in pattern) throw new GatewayError("GW0019", `"${host}" ${pattern.problem}.`);
  const name = formatHost(pattern);
  if (!isLocalName(pattern.kind === "suffix" ? pattern.suffix.slice(1) : name)) {
    throw new GatewayError("GW0019", `${name} is not a local name: the local CA has no certificate for it.`);
  }
  // RFC 6125 section 7.2: clients do not take a wildcard right below a top-level name.
  if (pattern.kind === "suffix" && pattern.suffix.lastIndexOf(".") === 0) {
    throw new GatewayError(
      "GW0019",
      `${name} is too wide for clients to accept: give a name more, as in *.shop.localhost.`,
    );
  }
  return name;
}

/**
 * Makes a certificate for `hosts` and writes it with its key; the files are named after the first one.
 * @throws GatewayError GW0019 (not local), GW0012 (a file is there, and `overwrite` is false), GW0016 (cannot be written)
 */
export async function writeLeaf(authority: Authority, options: LeafFilesOptions): Promise<LeafFiles> {
  const { directory, overwrite, now } = options;
  const names = certificateNames(options.hosts);
  const base = (names[0] ?? "").replace("*", "_wildcard").replaceAll(":", "_");
  const certFile = join(directory, `${base}.pem`);
  const keyFile = join(directory, `${base}.key`);
  if (!overwrite) await Promise.all([certFile, keyFile].map(refuseExisting));
  const { DAY, makeLeaf, makeLeafKeys } = await import("../../http/tls/make-certificates.ts");
  const leaf = await makeLeaf(authority, { names, keys: await makeLeafKeys(), now, life: DAYS * DAY });
  try {
    await mkdir(directory, { recursive: true });
    // A file that is there would keep its mode: the key must never stand in one that others may read.
    await rm(keyFile, { force: true });
    await writeFile(keyFile, leaf.key, { mode: 0o600, flag: "wx" });
    await writeFile(certFile, leaf.cert);
  } catch (error) {
    throw new GatewayError("GW0016", `Cannot write ${certFile}: ${(error as Error).message}`, { cause: error });
  }
  return { names, certFile, keyFile, notAfter: leaf.notAfter };
}

async function refuseExisting(file: string): Promise<void> {
  const there = await access(file).then(
    () => true,
    () => false,
  );
  if (there) throw new GatewayError("GW0012", `${file} exists already.`);
}
