import { createPublicKey } from "node:crypto";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { describe, expect, it } from "vitest";
import { findKeys, type KeySet, readKeySet } from "../../../../src/policies/authenticate/jwt/key-set.ts";
import type { KeySource } from "../../../../src/policies/authenticate/jwt/key-source.ts";
import { TokenVerifier } from "../../../../src/policies/authenticate/jwt/verifier.ts";
import { makeKey, signToken } from "../tokens.ts";

const ALL = [
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "HS256",
  "HS384",
  "HS512",
];

function sourceOf(keys: readonly object[], secrets = true): KeySource & { set: KeySet } {
  const set = readKeySet({ keys }, { secrets }) as KeySet;
  return {
    set,
    problem: "",
    current() {
      return this.set;
    },
    known() {
      return this.set;
    },
    load: async () => set,
    lookAgain: () => undefined,
  };
}

/** A verifier whose time of day is `now`, in seconds. */
function verifierOf(source: KeySource, time: { now: number }, issuer = "joe") {
  const rules = {
    issuer,
    audience: undefined,
    skewSeconds: 60,
    algorithms: ALL,
    rolesClaim: "roles",
    consumerOf: () => undefined,
  };
  return new TokenVerifier(rules, source, { now: () => time.now * 1000 });
}

const outcomeOf = async (verifier: TokenVerifier, token: string) => {
  const outcome = await verifier.verify(token);
  return outcome.kind === "proof" ? "proof" : outcome.reason;
};

describe("examples of RFC 7515", () => {
  const payload = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const examples: [name: string, jwk: object, header: string, signature: string][] = [
    [
      "appendix A.1, HS256",
      { kty: "oct", k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow" },
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9",
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    ],
    [
      "appendix A.3, ES256",
      {
        kty: "EC",
        crv: "P-256",
        x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
      },
      "eyJhbGciOiJFUzI1NiJ9",
      "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q",
    ],
  ];

  it.each(examples)("%s", async (_name, jwk, header, signature) => {
    const verifier = verifierOf(sourceOf([jwk]), { now: 1_300_819_379 });
    expect(await outcomeOf(verifier, `${header}.${payload}.${signature}`)).toBe("proof");
    const other = signature.startsWith("A") ? `B${signature.slice(1)}` : `A${signature.slice(1)}`;
    expect(await outcomeOf(verifier, `${header}.${payload}.${other}`)).toBe("the token's signature is wrong");
  });
});

describe("tokens that another implementation signed", () => {
  it.each(ALL.filter((alg) => !alg.startsWith("HS")))("%s", async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const jwk = await exportJWK(publicKey);
    const token = await new SignJWT({})
      .setProtectedHeader({ alg, typ: "JWT" })
      .setIssuer("joe")
      .setExpirationTime(2_000)
      .sign(privateKey);
    expect(await outcomeOf(verifierOf(sourceOf([jwk]), { now: 1_000 }), token)).toBe("proof");
  });
});

describe("a token that was verified", () => {
  const key = makeKey("ES256");
  const token = signToken(key, { iss: "joe", sub: "a", exp: 1_000 });

  it("is remembered, and holds until its time has come, to the second", async () => {
    const time = { now: 0 };
    const verifier = verifierOf(sourceOf([key.jwk]), time);
    const first = verifier.verify(token);
    expect(verifier.verify(token)).toBe(first);
    time.now = 1_059.9;
    expect(verifier.verify(token)).toBe(first);
    time.now = 1_060;
    expect(await outcomeOf(verifier, token)).toBe("the token has expired");
  });

  it("is none any more when its key has gone, and stays one when others have", async () => {
    const source = sourceOf([key.jwk, makeKey("EdDSA").jwk]);
    const verifier = verifierOf(source, { now: 0 });
    const first = verifier.verify(token);
    source.set = readKeySet({ keys: [key.jwk] }, { secrets: false }) as KeySet;
    expect(verifier.verify(token)).toBe(first);
    source.set = readKeySet({ keys: [{ ...makeKey("ES256").jwk, kid: key.kid }] }, { secrets: false }) as KeySet;
    expect(await outcomeOf(verifier, token)).toBe("the token's signature is wrong");
  });

  it("by a slow algorithm was verified off the main thread, and is known at once from then on", async () => {
    const slow = makeKey("ES512");
    const verifier = verifierOf(sourceOf([slow.jwk]), { now: 0 });
    const signed = signToken(slow, { iss: "joe", exp: 1_000 });
    const first = verifier.verify(signed);
    expect(first).toBeInstanceOf(Promise);
    expect(verifier.verify(signed)).toBeInstanceOf(Promise);
    expect(await first).toMatchObject({ kind: "proof" });
    expect(verifier.verify(signed)).toMatchObject({ kind: "proof" });
    expect(verifier.explain(signed)).toMatchObject({ kind: "proof" });
    const forged = signToken({ ...makeKey("ES512"), kid: slow.kid }, { iss: "joe", exp: 1_000 });
    expect(await outcomeOf(verifier, forged)).toBe("the token's signature is wrong");
    // Two at once and 128 that wait: who comes then is asked to come again.
    const flood = Array.from({ length: 140 }, () => verifier.verify(forged));
    expect(flood.filter((outcome) => !(outcome instanceof Promise))).toHaveLength(10);
    await Promise.all(flood.filter((outcome) => outcome instanceof Promise));
  });

  it("is not remembered by an explanation", () => {
    const source = sourceOf([key.jwk]);
    const verifier = verifierOf(source, { now: 0 });
    expect(verifier.explain(token).kind).toBe("proof");
    expect(verifier.verify(token)).not.toBe(verifier.explain(token));
  });
});

describe("keys", () => {
  const rsa = makeKey("RS256");

  it.each<[what: string, jwk: object]>([
    ["for encryption", { ...rsa.jwk, use: "enc" }],
    ["for other operations", { ...rsa.jwk, key_ops: ["encrypt"] }],
    ["of no kind", { kid: "a" }],
    ["of an unknown kind", { kty: "XYZ", kid: "a" }],
    ["that are no points", { kty: "EC", crv: "P-256", x: "AA", y: "AA" }],
    ["without their members", { kty: "RSA", kid: "a" }],
    ["symmetric without a secret", { kty: "oct" }],
  ])("are left out: %s", (_what, jwk) => {
    expect(readKeySet({ keys: [jwk, null, "x", rsa.jwk] }, { secrets: true })?.keys).toHaveLength(1);
  });

  it("too short for their algorithm are never used", () => {
    const short = [
      { kty: "oct", k: Buffer.alloc(31, 1).toString("base64url") },
      // 512 bits: this key's modulus is 64 bytes long.
      { kty: "RSA", e: "AQAB", n: Buffer.alloc(64, 0xc1).toString("base64url") },
    ];
    for (const jwk of short) {
      const set = readKeySet({ keys: [jwk] }, { secrets: true }) as KeySet;
      expect(set.keys).toHaveLength(1);
      for (const alg of ALL) expect(findKeys(set, alg, undefined)).toEqual([]);
    }
  });

  it.each<[alg: string, fitting: readonly string[]]>([
    ["RS256", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"]],
    ["ES256", ["ES256"]],
    ["ES384", ["ES384"]],
    ["ES512", ["ES512"]],
    ["EdDSA", ["EdDSA"]],
    ["HS512", ["HS256", "HS384", "HS512"]],
  ])("made for %s serve for no other kind of algorithm", (alg, fitting) => {
    const { kid, jwk } = makeKey(alg);
    const set = readKeySet({ keys: [{ ...jwk, alg: undefined }] }, { secrets: true }) as KeySet;
    expect(ALL.filter((one) => findKeys(set, one, kid)?.length === 1)).toEqual(fitting);
    const bound = readKeySet({ keys: [jwk] }, { secrets: true }) as KeySet;
    expect(ALL.filter((one) => findKeys(bound, one, kid)?.length === 1)).toEqual([alg]);
  });

  it("in a file with private members serve by their public ones", () => {
    const pair = makeKey("ES256");
    const set = readKeySet({ keys: [{ ...pair.jwk, d: "AAAA" }] }, { secrets: true });
    expect(set?.keys[0]?.key.type).toBe("public");
    expect(set?.keys[0]?.key.equals(createPublicKey({ key: pair.jwk, format: "jwk" }))).toBe(true);
  });

  it("are no set: anything else", () => {
    for (const document of [null, [], "x", {}, { keys: {} }])
      expect(readKeySet(document, { secrets: true })).toBeUndefined();
  });
});
