import { describe, expect, it } from "vitest";
import { makePrivateJwk, readPrivateJwk, SIGNING_ALGORITHMS, thumbprint } from "../../src/identity/signing-key.ts";

describe("a thumbprint", () => {
  it("is that of the example in RFC 7638 section 3.1", () => {
    const n =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const key = { kty: "RSA", n, e: "AQAB", alg: "RS256", kid: "2011-04-29" };
    expect(thumbprint(key)).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  });

  it("is that of the Ed25519 key in RFC 8037 appendix A.3", () => {
    const key = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };
    expect(thumbprint(key)).toBe("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
  });
});

describe("a signing key", () => {
  it.each(SIGNING_ALGORITHMS)("for %s is named after itself, and shows its public half alone", async (algorithm) => {
    const jwk = await makePrivateJwk(algorithm);
    const key = readPrivateJwk(jwk);
    expect(key.algorithm).toBe(algorithm);
    expect(key.kid).toBe(thumbprint(key.publicJwk));
    expect(key.publicJwk).toMatchObject({ alg: algorithm, use: "sig", kid: key.kid });
    for (const secret of ["d", "p", "q", "dp", "dq", "qi"]) expect(key.publicJwk).not.toHaveProperty(secret);
    expect(readPrivateJwk(jwk).kid).toBe(key.kid);
  });

  it("is refused for an algorithm that it is not of", async () => {
    const jwk = await makePrivateJwk("ES256");
    expect(() => readPrivateJwk({ ...jwk, alg: "EdDSA" })).toThrow("the key for EdDSA is of type EC");
    expect(() => readPrivateJwk({ ...jwk, alg: "none" })).toThrow('a key is for "none"');
    expect(() => readPrivateJwk({ ...jwk, d: undefined as never })).toThrow();
  });
});
