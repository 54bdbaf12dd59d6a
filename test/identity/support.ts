import { type DevelopmentIssuer, openDevelopmentIssuer } from "../../src/identity/development-issuer.ts";
import type { SigningKey } from "../../src/identity/signing-key.ts";
import { tempDir } from "../helpers/temp-dir.ts";

type Opened = { readonly issuer: DevelopmentIssuer; readonly key: SigningKey };

let one: Promise<Opened> | undefined;

/** One issuer for all tests of a file: RSA keys take their time. */
export function anIssuer(): Promise<Opened> {
  one ??= newIssuer();
  return one;
}

/** An issuer with keys of its own, and its key for ES256. */
export async function newIssuer(): Promise<Opened> {
  const issuer = await openDevelopmentIssuer(tempDir());
  const key = issuer.signingKey();
  if (key === undefined) throw new Error("the issuer has no key");
  return { issuer, key };
}

/** The two readable parts of a token. */
export function decode(token: string): { header: Record<string, unknown>; claims: Record<string, unknown> } {
  const [header = "", claims = ""] = token.split(".");
  const read = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as Record<string, unknown>;
  return { header: read(header), claims: read(claims) };
}
