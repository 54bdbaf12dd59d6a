import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { type JsonObject, parseStrictObject } from "../jwt/strict-json.ts";

const ALGORITHM = "aes-256-gcm";
const KEY_BYTES = 32;
/** NIST SP 800-38D section 8.2.2: 96 random bits, good for 2^32 boxes under one key. */
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Puts small objects into texts that only this gateway can read or make: what browsers keep for it. */
export class SealedBox {
  private readonly key: Buffer;

  /**
   * @param secret at least 32 bytes that nobody else has
   * @param purpose texts that were sealed for one purpose do not open for another
   */
  constructor(secret: Uint8Array, purpose: readonly string[]) {
    this.key = Buffer.from(hkdfSync("sha256", secret, "gatewayctl oidc", JSON.stringify(purpose), KEY_BYTES));
  }

  /** In base64url. */
  seal(value: object): string {
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, iv);
    const sealed = [cipher.update(JSON.stringify(value), "utf8"), cipher.final()];
    return Buffer.concat([iv, ...sealed, cipher.getAuthTag()]).toString("base64url");
  }

  /** What was sealed; `undefined` for anything else, and for what was changed by a single bit. */
  open(text: string): JsonObject | undefined {
    const bytes = Buffer.from(text, "base64url");
    if (bytes.length <= IV_BYTES + TAG_BYTES || bytes.toString("base64url") !== text) return undefined;
    try {
      const decipher = createDecipheriv(ALGORITHM, this.key, bytes.subarray(0, IV_BYTES));
      decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
      const opened = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
      return parseStrictObject(Buffer.concat([opened, decipher.final()]));
    } catch {
      return undefined;
    }
  }
}
