import type { JsonWebKey } from "node:crypto";

/** The built-in development issuer, as far as who checks its tokens needs to know it. */
export interface LocalIssuer {
  /** The `iss` of its tokens; the same on every machine and port. */
  readonly issuer: string;
  /** Its public keys, each with `kid` and `alg`. */
  jwks(): readonly JsonWebKey[];
  /**
   * Where its pages are: "http://localhost:9901/idp", with `/authorize`, `/token`, `/logout` below. Known once the admin
   * API listens; `undefined` before that, and where it is switched off.
   */
  url(): string | undefined;
}
