import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AuthorizationCodes, type Grant } from "../../src/identity/authorization-codes.ts";
import { answersChallenge } from "../../src/identity/pkce.ts";

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
// RFC 7636 appendix B.
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const GRANT: Grant = {
  clientId: "web",
  redirectUri: "http://localhost:8080/callback",
  challenge: CHALLENGE,
  subject: "alice",
  roles: [],
  scopes: ["openid"],
  audience: [],
  nonce: undefined,
};
const PROOF = { clientId: "web", redirectUri: GRANT.redirectUri, verifier: VERIFIER };

function create() {
  let now = 5;
  return { codes: new AuthorizationCodes({ now: () => now }), pass: (ms: number) => void (now += ms) };
}

describe("PKCE", () => {
  it("takes the example of RFC 7636, and no verifier of another length or alphabet", () => {
    expect(answersChallenge(VERIFIER, CHALLENGE)).toBe(true);
    expect(answersChallenge(`${VERIFIER}a`, CHALLENGE)).toBe(false);
    for (const verifier of ["", "a".repeat(42), "a".repeat(129), `${"a".repeat(43)}+`]) {
      const challenge = createHash("sha256").update(verifier).digest("base64url");
      expect(answersChallenge(verifier, challenge), verifier).toBe(false);
    }
    // "plain" is never taken.
    expect(answersChallenge(CHALLENGE, CHALLENGE)).toBe(false);
  });
});

describe("an authorization code", () => {
  it("is good once", () => {
    const { codes } = create();
    const code = codes.issue(GRANT);
    expect(codes.redeem(code, PROOF)).toEqual(GRANT);
    expect(codes.redeem(code, PROOF)).toBeUndefined();
  });

  it("is good for 60 seconds", () => {
    const { codes, pass } = create();
    const [first, second] = [codes.issue(GRANT), codes.issue(GRANT)];
    pass(59_999);
    expect(codes.redeem(first, PROOF)).toEqual(GRANT);
    pass(1);
    expect(codes.redeem(second, PROOF)).toBeUndefined();
  });

  it.each([
    ["another client", { clientId: "other" }],
    ["another redirect URI", { redirectUri: `${GRANT.redirectUri}/` }],
    ["another verifier", { verifier: VERIFIER.replace("d", "e") }],
    ["no verifier", { verifier: "" }],
  ])("is refused to %s, and used up by that", (_what, wrong) => {
    const { codes } = create();
    const code = codes.issue(GRANT);
    expect(codes.redeem(code, { ...PROOF, ...wrong })).toBeUndefined();
    expect(codes.redeem(code, PROOF)).toBeUndefined();
  });

  it("is not guessed, and one is not another", () => {
    const { codes } = create();
    const [one, two] = [codes.issue(GRANT), codes.issue({ ...GRANT, subject: "bob" })];
    expect(one).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(codes.redeem("", PROOF)).toBeUndefined();
    expect(codes.redeem(two, PROOF)?.subject).toBe("bob");
  });

  it("gives way to a thousand newer ones", () => {
    const { codes } = create();
    const all = Array.from({ length: 1_001 }, () => codes.issue(GRANT));
    expect(codes.redeem(all[0] ?? "", PROOF)).toBeUndefined();
    expect(codes.redeem(all[1] ?? "", PROOF)).toEqual(GRANT);
    expect(codes.redeem(all[1_000] ?? "", PROOF)).toEqual(GRANT);
  });
});
