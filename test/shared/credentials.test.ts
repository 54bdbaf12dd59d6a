import { scryptSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashApiKey, hashPassword, parsePasswordHash, verifyPassword } from "../../src/shared/credentials.ts";

describe("the hash of an API key", () => {
  it("is SHA-256 in hex", () => {
    // FIPS 180-4: the digest of "abc".
    expect(hashApiKey("abc")).toBe("sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });
});

describe("the hash of a password", () => {
  it("is of that password and no other, with a salt of its own each time", async () => {
    const [one, two] = await Promise.all([hashPassword("correct horse"), hashPassword("correct horse")]);
    expect(one).toMatch(/^scrypt:16384:8:5:[A-Za-z0-9_-]{22}:[A-Za-z0-9_-]{43}$/);
    expect(one).not.toBe(two);
    expect(await verifyPassword("correct horse", one)).toBe(true);
    expect(await verifyPassword("correct horsE", one)).toBe(false);
    expect(await verifyPassword("", one)).toBe(false);
  });

  it("is scrypt with the cost that it names", async () => {
    const salt = Buffer.from("a salt of its own");
    const hash = scryptSync("pleaseletmein", salt, 64, { N: 1024, r: 4, p: 3 });
    const text = `scrypt:1024:4:3:${salt.toString("base64url")}:${hash.toString("base64url")}`;
    expect(await verifyPassword("pleaseletmein", text)).toBe(true);
    expect(await verifyPassword("pleaseletmein", text.replace(":3:", ":2:"))).toBe(false);
  });

  it("is the same however the letters were typed", async () => {
    expect(await verifyPassword("cafe\u0301", await hashPassword("caf\u00e9"))).toBe(true);
  });

  const salt = "c29tZSBzYWx0";
  const hash = "A".repeat(43);
  it.each([
    ["the example of the vocabulary", "scrypt:..."],
    ["another kind", "bcrypt:10:abc"],
    ["a cost that is no power of two", `scrypt:1000:8:1:${salt}:${hash}`],
    ["no cost at all", `scrypt:1:8:1:${salt}:${hash}`],
    ["no passes", `scrypt:1024:8:0:${salt}:${hash}`],
    ["more memory than 128 MiB", `scrypt:262144:8:1:${salt}:${hash}`],
    ["more passes than 16", `scrypt:1024:8:17:${salt}:${hash}`],
    ["a hash too short to mean anything", `scrypt:1024:8:1:${salt}:AAAA`],
    ["something behind it", `scrypt:1024:8:1:${salt}:${hash}:x`],
  ])("is never checked against %s", async (_what, text) => {
    expect(parsePasswordHash(text)).toBeUndefined();
    expect(await verifyPassword("x", text)).toBe(false);
  });

  it("is checked up to 128 MiB and 16 passes", () => {
    expect(parsePasswordHash(`scrypt:131072:8:16:${salt}:${hash}`)).toMatchObject({ N: 131_072, r: 8, p: 16 });
  });
});
