export interface CookieOptions {
  readonly path: string;
  readonly secure: boolean;
  /** In seconds; 0 takes the cookie away. */
  readonly maxAge: number;
}

/**
 * A Set-Cookie field's value: no script can read the cookie, and no other site's form or picture makes the browser send it.
 * Without Domain, so that no other host gets it. Source: RFC 6265 section 4.1.2, RFC 6265bis section 4.1.2.7.
 */
export function setCookie(name: string, value: string, { path, secure, maxAge }: CookieOptions): string {
  return `${name}=${value}; Path=${path}; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`;
}
