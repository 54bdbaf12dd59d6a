import { createSecureContext, type SecureContext } from "node:tls";
import type { Clock, Millis } from "../../shared/clock.ts";
import type { CertificateSource, ServerCredentials } from "./certificate-source.ts";
import { authorityFiles, type LocalAuthority, openLocalAuthority } from "./local-authority.ts";
import { DAY, type LeafKeys, makeLeaf, makeLeafKeys } from "./make-certificates.ts";

/** They live in memory only: a short life costs nothing, and a stolen one is soon of no use. */
const LEAF_LIFE: Millis = 90 * DAY;
const RENEW_BEFORE: Millis = 30 * DAY;
/** A client may ask for any name below localhost: beyond these, the one not asked for the longest is forgotten. */
const MOST_NAMES = 256;
/** What a client means that names no server, or that reaches it by address. */
const DEFAULT_NAMES = ["localhost", "127.0.0.1", "::1"] as const;

export interface LocalCertificatesOptions {
  /** Of this user alone; asked for only when the CA is needed. */
  readonly stateDirectory: () => string;
  /** Whether a certificate may be made for this name. */
  readonly isNamed: (name: string) => boolean;
  /** Further loopback addresses that clients connect to. */
  readonly addresses: readonly string[];
  readonly wallClock: Clock;
  /** Told when there was no CA and one was made. */
  readonly onMade: (authority: LocalAuthority) => void;
}

interface Leaf {
  readonly context: Promise<SecureContext>;
  /** In ms since 1970; known when it is made. */
  renewAt: Millis;
}

/** Certificates of the local CA, made when a client asks for their name, and kept in memory. */
export function createLocalCertificates(options: LocalCertificatesOptions): CertificateSource {
  const { isNamed, wallClock } = options;
  let directory: string | undefined;
  const directoryOf = (): string => (directory ??= options.stateDirectory());
  const defaults = [...new Set([...DEFAULT_NAMES, ...options.addresses])];
  const leaves = new Map<string, Leaf>();
  let authority: LocalAuthority | undefined;
  let keys: LeafKeys | undefined;

  const issue = async (names: readonly string[]): Promise<ServerCredentials & { renewAt: Millis }> => {
    if (authority === undefined) throw new Error("no certificate can be made before the CA is loaded");
    keys ??= await makeLeafKeys();
    const now = wallClock.now();
    const { cert, key, notAfter } = await makeLeaf(authority, { names, keys, now, life: LEAF_LIFE });
    // Where the CA itself is about to end, a new leaf does not last longer.
    const renewAt = Math.max(notAfter - RENEW_BEFORE, now + DAY);
    return { cert, key, minVersion: "TLSv1.2", clientCa: undefined, sessionTerms: authority.cert, renewAt };
  };
  const makeFor = (name: string): Leaf => {
    const credentials = issue([name]);
    const leaf: Leaf = {
      context: credentials.then(({ cert, key }) => createSecureContext({ cert, key })),
      renewAt: Number.POSITIVE_INFINITY,
    };
    credentials.then(
      ({ renewAt }) => {
        leaf.renewAt = renewAt;
      },
      // The next client that asks tries again.
      () => leaves.get(name) === leaf && leaves.delete(name),
    );
    return leaf;
  };

  return {
    get files() {
      return Object.values(authorityFiles(directoryOf()));
    },
    requiresClientCertificate: false,
    async load() {
      authority = await openLocalAuthority(directoryOf(), wallClock.now());
      if (authority.made) options.onMade(authority);
      leaves.clear();
      return issue(defaults);
    },
    contextFor(name) {
      if (name === "localhost" || !isNamed(name)) return undefined;
      const known = leaves.get(name);
      const leaf = known !== undefined && wallClock.now() < known.renewAt ? known : makeFor(name);
      leaves.delete(name);
      leaves.set(name, leaf);
      if (leaves.size > MOST_NAMES) leaves.delete(leaves.keys().next().value as string);
      return leaf.context;
    },
  };
}
