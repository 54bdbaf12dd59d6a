import { constants, createHmac, type KeyObject, timingSafeEqual, verify } from "node:crypto";

/** What a key is: the parts of a JWK that say for which algorithms it may be used. */
export interface KeyShape {
  readonly kty: string;
  readonly crv: string | undefined;
  readonly key: KeyObject;
}

/** One signature algorithm of JWS. */
export interface SignatureAlgorithm {
  /** Whether a key is of the kind that the algorithm takes: a public key is never a secret for HMAC. */
  fits(shape: KeyShape): boolean;
  verify(key: KeyObject, signed: Buffer, signature: Buffer): boolean;
  /** The same in the thread pool, where it takes milliseconds. */
  verifyLater?(key: KeyObject, signed: Buffer, signature: Buffer): Promise<boolean>;
}

const LEAST_RSA_BITS = 2048;

function rsa(digest: string, pss: boolean): SignatureAlgorithm {
  const padding = pss
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
  return {
    // RFC 7518 sections 3.3 and 3.5: 2048 bits or more.
    fits: ({ kty, key }) => kty === "RSA" && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= LEAST_RSA_BITS,
    verify: (key, signed, signature) => verify(digest, signed, { key, ...padding }, signature),
  };
}

function ecdsa(digest: string, curve: string, signatureBytes: number): SignatureAlgorithm {
  const options = { dsaEncoding: "ieee-p1363" } as const;
  return {
    fits: ({ kty, crv }) => kty === "EC" && crv === curve,
    // RFC 7518 section 3.4: R and S side by side, never DER.
    verify: (key, signed, signature) =>
      signature.length === signatureBytes && verify(digest, signed, { key, ...options }, signature),
    ...(curve === "P-256" ? {} : { verifyLater: laterBy(digest, options) }),
  };
}

/** Of these curves OpenSSL has no fast form: 3 ms for P-384 and 6 for P-521, in which nothing else would happen. */
function laterBy(digest: string, options: { readonly dsaEncoding: "ieee-p1363" }) {
  return (key: KeyObject, signed: Buffer, signature: Buffer): Promise<boolean> =>
    new Promise((resolve) => {
      verify(digest, signed, { key, ...options }, signature, (error, isRight) => resolve(error === null && isRight));
    });
}

function hmac(digest: string, bytes: number): SignatureAlgorithm {
  return {
    // RFC 7518 section 3.2: a key as long as the hash, or longer.
    fits: ({ kty, key }) => kty === "oct" && (key.symmetricKeySize ?? 0) >= bytes,
    verify: (key, signed, signature) =>
      signature.length === bytes && timingSafeEqual(createHmac(digest, key).update(signed).digest(), signature),
  };
}

const edDsa: SignatureAlgorithm = {
  fits: ({ kty, crv }) => kty === "OKP" && (crv === "Ed25519" || crv === "Ed448"),
  verify: (key, signed, signature) => verify(null, signed, key, signature),
};

/** Every algorithm that a config may name; `none` is not among them. Source: RFC 7518 section 3.1, RFC 8037 section 3.1. */
export const ALGORITHMS: ReadonlyMap<string, SignatureAlgorithm> = new Map([
  ["RS256", rsa("sha256", false)],
  ["RS384", rsa("sha384", false)],
  ["RS512", rsa("sha512", false)],
  ["PS256", rsa("sha256", true)],
  ["PS384", rsa("sha384", true)],
  ["PS512", rsa("sha512", true)],
  ["ES256", ecdsa("sha256", "P-256", 64)],
  ["ES384", ecdsa("sha384", "P-384", 96)],
  ["ES512", ecdsa("sha512", "P-521", 132)],
  ["EdDSA", edDsa],
  ["HS256", hmac("sha256", 32)],
  ["HS384", hmac("sha384", 48)],
  ["HS512", hmac("sha512", 64)],
]);
