import { hash } from "node:crypto";

/** Enough to tell a hundred million keys apart, and short to write. */
const LENGTH = 11;
/** Keys of which the hash is kept. Clients come again and again, and one hash costs as much as the rest of a line. */
const MOST_KEPT = 4096;
/** Longer ones are hashed each time, so that what is kept stays small. */
const LONGEST_KEPT = 256;

/** Makes of a key (an address, a user, perhaps a credential) what tells it from others and does not say what it is. */
export function createKeyHash(salt: string): (key: string) => string {
  let kept = new Map<string, string>();
  return (key) => {
    const known = kept.get(key);
    if (known !== undefined) return known;
    const hashed = hash("sha256", `${salt}${key}`, "base64url").slice(0, LENGTH);
    if (key.length > LONGEST_KEPT) return hashed;
    if (kept.size >= MOST_KEPT) kept = new Map();
    kept.set(key, hashed);
    return hashed;
  };
}
