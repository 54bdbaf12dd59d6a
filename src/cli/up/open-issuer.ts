import type { IdentityOptions } from "../../admin/identity/identity-desk.ts";
import type { Config } from "../../config/config.ts";
import { localJwts, usesLocalIssuer } from "../../config/local-jwt.ts";
import type { IssuerFacts } from "../../gateway/local-issuer.ts";
import { stateDirectory } from "../../processes/state-directory.ts";
import { systemClock, systemWallClock } from "../../shared/clock.ts";
import type { CommandContext } from "../context.ts";

/**
 * What the gateway must know of the development issuer, if the config says `local`; keys are made then, where there are
 * none.
 * @throws GatewayError GW0015, GW0021 if they cannot be had
 */
export async function openIssuerFacts({ env }: CommandContext, config: Config): Promise<IssuerFacts | undefined> {
  if (!usesLocalIssuer(config)) return undefined;
  const { openDevelopmentIssuer } = await import("../../identity/development-issuer.ts");
  const { issuer, jwks } = await openDevelopmentIssuer(stateDirectory(env));
  return { issuer, keys: jwks() };
}

/** What the issuer's pages must know of the config. Whether or not it says `local`, others may want tokens. */
export function identityOptions({ env }: CommandContext, config: Config): IdentityOptions {
  return {
    open: async () => {
      const { openDevelopmentIssuer } = await import("../../identity/development-issuer.ts");
      return openDevelopmentIssuer(stateDirectory(env));
    },
    people: config.consumers,
    jwts: localJwts(config),
    clock: systemClock,
    wallClock: systemWallClock,
  };
}
