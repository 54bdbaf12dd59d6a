/** A user name and a password, as they were sent. */
export interface UserPassword {
  readonly username: string;
  readonly password: string;
}

const MOST_LENGTH = 1024;
const TEXT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What comes after the scheme Basic, whose name is not case-sensitive; `undefined` where the scheme is another one. */
export function basicToken(value: string): string | undefined {
  const scheme = /^basic(?: +|$)/i.exec(value);
  return scheme === null ? undefined : value.slice(scheme[0].length);
}

/**
 * Reads it; `undefined` if it is not base64 of UTF-8 with a colon, or has controls. The password may have colons.
 * Source: RFC 7617 section 2.
 */
export function parseUserPassword(token: string): UserPassword | undefined {
  if (token.length > MOST_LENGTH || !/^[A-Za-z0-9+/]+={0,2}$/.test(token)) return undefined;
  try {
    const text = TEXT.decode(Buffer.from(token, "base64"));
    const colon = text.indexOf(":");
    // oxlint-disable-next-line no-control-regex -- controls are what is looked for
    if (colon < 0 || /[\u0000-\u001f\u007f]/.test(text)) return undefined;
    return { username: text.slice(0, colon).normalize("NFC"), password: text.slice(colon + 1) };
  } catch {
    return undefined;
  }
}
