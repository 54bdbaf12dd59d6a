import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPair,
  type JsonWebKey,
  type KeyObject,
} from "node:crypto";
import { promisify } from "node:util";

/** The algorithms (RFC 7518 section 3.1, RFC 8037) that the issuer has a key for; the first one is what it uses unasked. */
export const SIGNING_ALGORITHMS = ["ES256", "RS256", "EdDSA"] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** One key of the issuer. */
export interface SigningKey {
  readonly algorithm: SigningAlgorithm;
  /** The key's thumbprint (RFC 7638): the same key has the same name wherever it is kept. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  /** The public half, with `kid`, `alg` and `use`; nothing secret is in it. */
  readonly publicJwk: JsonWebKey;
}

/** The members that a thumbprint is made of, in the order that RFC 7638 section 3.2 wants (RFC 8037 section 2 for OKP). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ["crv", "kty", "x", "y"],
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
};

const generate = promisify(generateKeyPair);

/** A new private key, as JWK. RSA takes some tenths of a second, off the main thread. */
export async function makePrivateJwk(algorithm: SigningAlgorithm): Promise<JsonWebKey> {
  return { ...(await makeKey(algorithm)).export({ format: "jwk" }), alg: algorithm };
}

async function makeKey(algorithm: SigningAlgorithm): Promise<KeyObject> {
  if (algorithm === "ES256") return (await generate("ec", { namedCurve: "P-256" })).privateKey;
  if (algorithm === "RS256") return (await generate("rsa", { modulusLength: 2048 })).privateKey;
  return (await generate("ed25519")).privateKey;
}

/**
 * The key that a private JWK is.
 * @throws Error if it is none, or not of the algorithm that its `alg` names
 */
export function readPrivateJwk(jwk: JsonWebKey): SigningKey {
  const algorithm = SIGNING_ALGORITHMS.find((name) => name === jwk["alg"]);
  if (algorithm === undefined) throw new Error(`a key is for "${String(jwk["alg"])}"`);
  const privateKey = createPrivateKey({ format: "jwk", key: jwk });
  const bare = createPublicKey(privateKey).export({ format: "jwk" });
  if (formOf(bare) !== FORMS[algorithm]) throw new Error(`the key for ${algorithm} is of type ${bare.kty}`);
  const kid = thumbprint(bare);
  return { algorithm, kid, privateKey, publicJwk: { ...bare, kid, alg: algorithm, use: "sig" } };
}

const FORMS: Readonly<Record<SigningAlgorithm, string>> = { ES256: "EC P-256", RS256: "RSA", EdDSA: "OKP Ed25519" };

function formOf({ kty, crv }: JsonWebKey): string {
  return crv === undefined ? String(kty) : `${kty} ${crv}`;
}

/** The SHA-256 thumbprint of a public key in base64url (RFC 7638). */
export function thumbprint(jwk: JsonWebKey): string {
  const members = (REQUIRED[String(jwk.kty)] ?? []).map((name) => [name, jwk[name]]);
  return createHash("sha256")
    .update(JSON.stringify(Object.fromEntries(members)))
    .digest("base64url");
}
