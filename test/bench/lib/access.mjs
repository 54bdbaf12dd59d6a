import { createSign, generateKeyPairSync } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** Requests of one caller in a minute: more than any load makes. */
export const accessLimit = 1_000_000;

const issuer = "https://issuer.test";
const audience = "shop";
const tokenCount = 200;
/** Seconds that a token is good for: longer than any run. */
const lifetime = 24 * 3600;

/**
 * Whom gateways are to let in: a key pair, its public half as JWK Set and as PEM, and tokens that it has signed.
 *
 * @param {string} directory for the files
 * @returns {{ issuer: string, audience: string, jwks: string, publicKey: string, tokens: string, token: string,
 *   wrongTokens: Record<string, string> }} `jwks`, `publicKey`, `tokens`: paths; `token` is the first of them
 */
export function makeAccess(directory) {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  const files = { jwks: join(directory, "jwks.json"), publicKey: join(directory, "key.pem") };
  const jwk = { ...publicKey.export({ format: "jwk" }), kid: "bench", alg: "RS256", use: "sig" };
  writeFileSync(files.jwks, JSON.stringify({ keys: [jwk] }));
  writeFileSync(files.publicKey, publicKey.export({ format: "pem", type: "spki" }));
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: issuer, aud: audience, sub: "user-0", iat: now, exp: now + lifetime, roles: ["customer"] };
  const all = Array.from({ length: tokenCount }, (_, i) => sign(privateKey, { ...claims, sub: `user-${i}` }));
  const tokens = join(directory, "tokens.txt");
  writeFileSync(tokens, `${all.join("\n")}\n`);
  const wrongTokens = {
    "signed by another key": sign(other, claims),
    expired: sign(privateKey, { ...claims, exp: now - 3600 }),
    "of another issuer": sign(privateKey, { ...claims, iss: "https://other.test" }),
    "for another audience": sign(privateKey, { ...claims, aud: "warehouse" }),
  };
  return { issuer, audience, ...files, tokens, token: all[0], wrongTokens };
}

function sign(key, claims) {
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${encode({ alg: "RS256", typ: "JWT", kid: "bench" })}.${encode(claims)}`;
  return `${text}.${createSign("sha256").update(text).sign(key, "base64url")}`;
}
