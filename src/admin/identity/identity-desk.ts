import { algorithmsFor, type LocalJwt, soleAudience } from "../../config/local-jwt.ts";
import type { DevelopmentIssuer } from "../../identity/development-issuer.ts";
import type { SigningKey } from "../../identity/signing-key.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Person } from "./login-page.ts";

/** What the config and the machine say about the development issuer. */
export interface IdentityOptions {
  /** Opens the issuer; called at the first request that needs its keys, so that no others are ever made. */
  readonly open: () => Promise<DevelopmentIssuer>;
  /** Who can be logged in as: the config's consumers. */
  readonly people: readonly Person[];
  /** What the config's routes want of its tokens. */
  readonly jwts: readonly LocalJwt[];
  readonly clock: Clock;
  /** In ms since 1970. */
  readonly wallClock: Clock;
}

/** What the issuer's endpoints work with. */
export interface IdentityDesk extends Pick<IdentityOptions, "people" | "clock" | "wallClock"> {
  /** @throws GatewayError GW0015, GW0021 */
  issuer(): Promise<DevelopmentIssuer>;
  /** Of access tokens for which none was asked for. */
  readonly audience: readonly string[];
  /** One that those take whom the token is for. */
  signingKey(issuer: DevelopmentIssuer, audience: readonly string[]): SigningKey;
}

export function createDesk({ open, people, jwts, clock, wallClock }: IdentityOptions): IdentityDesk {
  let opened: Promise<DevelopmentIssuer> | undefined;
  return {
    people,
    clock,
    wallClock,
    audience: soleAudience(jwts),
    issuer() {
      // What could not be opened may be mended meanwhile.
      opened ??= open().catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
      return opened;
    },
    signingKey: (issuer, audience) =>
      (issuer.signingKey(algorithmsFor(jwts, audience)) ?? issuer.signingKey()) as SigningKey,
  };
}
