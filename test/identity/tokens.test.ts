import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import { LOCAL_ISSUER } from "../../src/identity/issuer-name.ts";
import { SIGNING_ALGORITHMS } from "../../src/identity/signing-key.ts";
import { mintAccessToken, mintIdToken, readAccessToken } from "../../src/identity/tokens.ts";
import { anIssuer, decode, newIssuer } from "./support.ts";

const NOW = Date.parse("2026-01-01T00:00:00.400Z");
const SECONDS = Math.floor(NOW / 1000);
const HOUR = 3_600_000;
const request = { subject: "alice", audience: ["shop"], roles: ["admin"], scopes: ["a", "b"], lifetime: HOUR };

describe("an access token", () => {
  it("says what was asked for, from now on and for as long", async () => {
    const { issuer, key } = await anIssuer();
    const { token, claims } = await mintAccessToken(issuer, key, { ...request, claims: { plan: "gold" } }, NOW);
    const { header, claims: written } = decode(token);
    expect(header).toEqual({ alg: "ES256", typ: "at+jwt", kid: key.kid });
    expect(written).toEqual(claims);
    expect(written).toEqual({
      iss: LOCAL_ISSUER,
      sub: "alice",
      aud: "shop",
      iat: SECONDS,
      nbf: SECONDS,
      // Begun seconds count whole: it never ends early.
      exp: SECONDS + 3601,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      roles: ["admin"],
      scope: "a b",
      plan: "gold",
    });
  });

  it("leaves out what nobody asked for, and lists several audiences", async () => {
    const { issuer, key } = await anIssuer();
    const bare = await mintAccessToken(issuer, key, { ...request, audience: [], scopes: [] }, NOW);
    expect(bare.claims).not.toHaveProperty("aud");
    expect(bare.claims).not.toHaveProperty("scope");
    const both = await mintAccessToken(issuer, key, { ...request, audience: ["a", "b"] }, NOW);
    expect(both.claims["aud"]).toEqual(["a", "b"]);
  });

  it("has an id of its own, and lets no further claim replace one of these", async () => {
    const { issuer, key } = await anIssuer();
    const claims = { sub: "mallory", iss: "http://evil.example", exp: 9_999_999_999 };
    const [one, two] = await Promise.all([1, 2].map(() => mintAccessToken(issuer, key, { ...request, claims }, NOW)));
    expect(one?.claims["jti"]).not.toBe(two?.claims["jti"]);
    expect(one?.claims).toMatchObject({ sub: "alice", iss: LOCAL_ISSUER, exp: SECONDS + 3601 });
  });

  it.each(SIGNING_ALGORITHMS)("is signed by the key of its kid, for %s as node:crypto sees it", async (algorithm) => {
    const { issuer } = await anIssuer();
    const key = issuer.signingKey([algorithm]);
    if (key === undefined) throw new Error("no key");
    const { token } = await mintAccessToken(issuer, key, request, NOW);
    const { header } = decode(token);
    const jwk = issuer.jwks().find(({ kid }) => kid === header["kid"]);
    const publicKey = createPublicKey({ format: "jwk", key: jwk ?? {} });
    const [signed, signature] = [token.slice(0, token.lastIndexOf(".")), token.slice(token.lastIndexOf(".") + 1)];
    const hash = algorithm === "EdDSA" ? undefined : "sha256";
    const check = (text: string) =>
      verify(
        hash,
        Buffer.from(text),
        { key: publicKey, dsaEncoding: "ieee-p1363" },
        Buffer.from(signature, "base64url"),
      );
    expect(check(signed)).toBe(true);
    expect(check(`${signed}x`)).toBe(false);
  });
});

describe("reading an access token", () => {
  it("takes its own for as long as they last", async () => {
    const { issuer, key } = await anIssuer();
    const { token } = await mintAccessToken(issuer, key, request, NOW);
    expect(await readAccessToken(issuer, token, NOW)).toMatchObject({ sub: "alice", roles: ["admin"] });
    expect(await readAccessToken(issuer, token, NOW + HOUR)).toBeDefined();
    expect(await readAccessToken(issuer, token, NOW + HOUR + 2_000)).toBeUndefined();
    expect(await readAccessToken(issuer, token, NOW - 2_000)).toBeUndefined();
  });

  it("refuses ID tokens, those of other keys, changed ones, and anything else", async () => {
    const [{ issuer, key }, other] = [await anIssuer(), await newIssuer()];
    const { token } = await mintAccessToken(issuer, key, request, NOW);
    const id = await mintIdToken(issuer, key, { ...request, clientId: "web", nonce: undefined }, NOW);
    const foreign = await mintAccessToken(other.issuer, other.key, request, NOW);
    const [head, , tail] = token.split(".");
    const forged = Buffer.from(JSON.stringify({ ...decode(token).claims, sub: "root" })).toString("base64url");
    for (const wrong of [id.token, foreign.token, `${head}.${forged}.${tail}`, "", "a.b.c"]) {
      expect(await readAccessToken(issuer, wrong, NOW), wrong).toBeUndefined();
    }
  });
});

describe("an ID token", () => {
  it("is for its client alone, and repeats its nonce", async () => {
    const { issuer, key } = await anIssuer();
    const about = { subject: "alice", roles: ["admin"], clientId: "web", lifetime: HOUR };
    const { claims } = await mintIdToken(issuer, key, { ...about, nonce: "n-1" }, NOW);
    expect(claims).toMatchObject({ iss: LOCAL_ISSUER, sub: "alice", aud: "web", nonce: "n-1", auth_time: SECONDS });
    const without = await mintIdToken(issuer, key, { ...about, nonce: undefined }, NOW);
    expect(without.claims).not.toHaveProperty("nonce");
  });
});
