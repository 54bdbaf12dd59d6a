import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { ALGORITHMS, type KeyShape } from "./algorithms.ts";

/** One key that tokens may be signed with. */
export interface VerificationKey extends KeyShape {
  readonly kid: string | undefined;
  /** The one algorithm it is for, if it names one. */
  readonly alg: string | undefined;
  /** Tells keys apart, whatever they are called. */
  readonly identity: string;
}

/** The keys that an issuer signs with, at one time. */
export interface KeySet {
  readonly keys: readonly VerificationKey[];
  /** Their identities: a token whose key is not among them any more is verified anew. */
  readonly identities: ReadonlySet<string>;
}

/** More keys than any issuer has: what is beyond is not looked at. */
const MOST_KEYS = 100;

/**
 * Reads a JWK Set (RFC 7517 section 5). Keys that are not for signatures or of an unknown kind are left out, as section 5
 * asks; symmetric ones, too, unless `secrets`: what is served over HTTP is no secret.
 * @returns `undefined` if it is no JWK Set at all
 */
export function readKeySet(document: unknown, { secrets }: { readonly secrets: boolean }): KeySet | undefined {
  if (typeof document !== "object" || document === null || !("keys" in document)) return undefined;
  if (!Array.isArray(document.keys)) return undefined;
  const keys = document.keys.slice(0, MOST_KEYS).flatMap((jwk: unknown) => readKey(jwk, secrets) ?? []);
  return { keys, identities: new Set(keys.map(({ identity }) => identity)) };
}

/**
 * The keys that may have signed a token with this header: of its `kid`, or, without one, the only key that fits.
 * `undefined` if the `kid` is not known at all.
 */
export function findKeys({ keys }: KeySet, alg: string, kid: string | undefined): VerificationKey[] | undefined {
  if (kid !== undefined) {
    const named = keys.filter((key) => key.kid === kid);
    return named.length === 0 ? undefined : named.filter((key) => isFor(key, alg));
  }
  const fitting = keys.filter((key) => isFor(key, alg));
  return fitting.length === 1 ? fitting : [];
}

function isFor(key: VerificationKey, alg: string): boolean {
  return (key.alg === undefined || key.alg === alg) && ALGORITHMS.get(alg)?.fits(key) === true;
}

function readKey(jwk: unknown, secrets: boolean): VerificationKey | undefined {
  if (typeof jwk !== "object" || jwk === null) return undefined;
  const { kty, crv, kid, alg, use, key_ops: operations } = jwk as Readonly<Record<string, unknown>>;
  if (typeof kty !== "string" || (use !== undefined && use !== "sig")) return undefined;
  if (Array.isArray(operations) && !operations.includes("verify")) return undefined;
  const key = importKey(jwk as JsonWebKey, kty, secrets);
  if (key === undefined) return undefined;
  return {
    kty,
    crv: textOf(crv),
    kid: textOf(kid),
    alg: nameOf(textOf(alg)),
    key,
    identity: JSON.stringify([kty, kid, alg, key.export({ format: "jwk" })]),
  };
}

/** RFC 9864 names EdDSA by its curves. */
function nameOf(alg: string | undefined): string | undefined {
  return alg === "Ed25519" || alg === "Ed448" ? "EdDSA" : alg;
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A file may have private keys: only their public members are taken. */
function importKey({ kty, crv, n, e, x, y, k }: JsonWebKey, type: string, secrets: boolean): KeyObject | undefined {
  try {
    if (type === "oct") return secrets && typeof k === "string" ? createSecretKey(k, "base64url") : undefined;
    const members = { kty, crv, n, e, x, y };
    const present = Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
    return createPublicKey({ key: present as JsonWebKey, format: "jwk" });
  } catch {
    return undefined;
  }
}
