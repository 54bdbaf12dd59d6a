import { hash as digest, randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** What scrypt costs (RFC 7914 section 2): 128 * N * r bytes of memory, p times that much work. */
interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

interface PasswordHash extends ScryptCost {
  readonly salt: Buffer;
  readonly hash: Buffer;
}

/** Of the settings that OWASP's Password Storage Cheat Sheet holds equal, the one that takes the least memory: 16 MiB. */
const COST: ScryptCost = { N: 2 ** 14, r: 8, p: 5 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Beyond this a hash is refused unchecked: 128 MiB, and a few seconds of work. */
const MOST_MEMORY = 128 * 2 ** 20;
const MOST_PASSES = 16;

const FORM = /^scrypt:(\d{1,7}):(\d{1,2}):(\d{1,2}):([A-Za-z0-9_-]{11,86}):([A-Za-z0-9_-]{22,86})$/;

/**
 * An API key as the config keeps it: `sha256:` and 64 hex digits. A key has too much chance in it to be guessed, so that
 * a fast hash is enough (unlike for passwords), and the same key is always found under the same text.
 */
export function hashApiKey(key: string): string {
  return `sha256:${digest("sha256", key, "hex")}`;
}

/** A password as the config keeps it: `scrypt:<N>:<r>:<p>:<salt>:<hash>`, both in base64url. Runs off the main thread. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt, HASH_BYTES, COST);
  const { N, r, p } = COST;
  return `scrypt:${N}:${r}:${p}:${salt.toString("base64url")}:${hash.toString("base64url")}`;
}

/**
 * Whether `hash`, from `hashPassword`, is of this password; `false` for one of another form. Runs off the main thread, in
 * one of the few threads that file and name look-ups share: the caller bounds how many run at once.
 */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const parsed = parsePasswordHash(hash);
  if (parsed === undefined) return false;
  const derived = await derive(password, parsed.salt, parsed.hash.length, parsed);
  return timingSafeEqual(derived, parsed.hash);
}

/** The parts of what `hashPassword` wrote; `undefined` if it is not of that form, or would cost too much to check. */
export function parsePasswordHash(text: string): PasswordHash | undefined {
  const [, N, r, p, salt = "", hash = ""] = FORM.exec(text) ?? [];
  const cost: ScryptCost = { N: Number(N), r: Number(r), p: Number(p) };
  const isPowerOfTwo = cost.N > 1 && Number.isInteger(Math.log2(cost.N));
  if (!isPowerOfTwo || cost.r < 1 || cost.p < 1) return undefined;
  if (memoryOf(cost) > MOST_MEMORY || cost.p > MOST_PASSES) return undefined;
  return { ...cost, salt: Buffer.from(salt, "base64url"), hash: Buffer.from(hash, "base64url") };
}

function derive(password: string, salt: Buffer, bytes: number, { N, r, p }: ScryptCost): Promise<Buffer> {
  // The same letters can be typed as different code points (RFC 8265 section 4.2.2 asks for NFC).
  const text = password.normalize("NFC");
  // OpenSSL counts the passes and a little more into the limit.
  const maxmem = 2 * memoryOf({ N, r, p }) + 128 * r * p + 2 ** 20;
  return new Promise((resolve, reject) => {
    scrypt(text, salt, bytes, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function memoryOf({ N, r }: ScryptCost): number {
  return 128 * N * r;
}
