import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from "node:crypto";

/** A signing key, and what a JWK Set says of it. */
export interface TestKey {
  readonly alg: string;
  readonly kid: string;
  readonly key: KeyObject | Buffer;
  readonly jwk: JsonWebKey & { readonly kid: string };
}

/** A fresh key for an algorithm of JWS. */
export function makeKey(alg: string, kid = `key-${alg}`): TestKey {
  if (alg.startsWith("HS")) {
    const key = randomBytes(Number(alg.slice(2)) / 8);
    return { alg, kid, key, jwk: { kty: "oct", k: key.toString("base64url"), kid, alg } };
  }
  const { publicKey, privateKey } = generate(alg);
  return { alg, kid, key: privateKey, jwk: { ...publicKey.export({ format: "jwk" }), kid, alg, use: "sig" } };
}

function generate(alg: string) {
  if (alg === "EdDSA") return generateKeyPairSync("ed25519");
  const curve = { ES256: "P-256", ES384: "P-384", ES512: "P-521" }[alg];
  if (curve !== undefined) return generateKeyPairSync("ec", { namedCurve: curve });
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}

export function base64url(value: unknown): string {
  const bytes = typeof value === "string" ? value : JSON.stringify(value);
  return Buffer.from(bytes).toString("base64url");
}

/** Signs anything at all: `header` and `claims` are texts or what JSON is made of. */
export function signToken(key: TestKey, claims: unknown, header: unknown = { alg: key.alg, kid: key.kid }): string {
  const signed = `${base64url(header)}.${base64url(claims)}`;
  return `${signed}.${signature(key.alg, key.key, signed).toString("base64url")}`;
}

/** A JWS signature, by the algorithm's name and whatever key. Written apart from what the gateway verifies with. */
export function signature(alg: string, key: KeyObject | Buffer, text: string): Buffer {
  const data = Buffer.from(text);
  const digest = `sha${alg.slice(2)}`;
  if (Buffer.isBuffer(key)) return createHmac(digest, key).update(data).digest();
  if (alg === "EdDSA") return sign(null, data, key);
  if (alg.startsWith("ES")) return sign(digest, data, { key, dsaEncoding: "ieee-p1363" });
  if (alg.startsWith("PS")) {
    const saltLength = Number(alg.slice(2)) / 8;
    return sign(digest, data, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength });
  }
  return sign(digest, data, { key, padding: constants.RSA_PKCS1_PADDING });
}

/** The public half in PEM, as text: what somebody might take for a secret. */
export function publicPem({ jwk }: TestKey): string {
  return createPublicKey({ key: jwk, format: "jwk" }).export({ type: "spki", format: "pem" }).toString();
}
