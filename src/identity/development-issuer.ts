import type { JsonWebKey } from "node:crypto";
import { LOCAL_ISSUER } from "./issuer-name.ts";
import { openSigningKeys } from "./key-file.ts";
import type { SigningKey } from "./signing-key.ts";

/** The development issuer: its name and its keys. */
export interface DevelopmentIssuer {
  readonly issuer: string;
  /** The public keys, as a JWK Set lists them. */
  jwks(): readonly JsonWebKey[];
  /** The first of the algorithms that it has a key for; without a list its own choice, ES256. */
  signingKey(algorithms?: readonly string[]): SigningKey | undefined;
}

/**
 * Opens the issuer of this machine's user; its keys are made at first use.
 *
 * @param stateDirectory a folder that is this user's alone
 * @throws GatewayError GW0021 if its keys cannot be used
 */
export async function openDevelopmentIssuer(stateDirectory: string): Promise<DevelopmentIssuer> {
  const keys = await openSigningKeys(stateDirectory);
  const publicKeys = keys.map(({ publicJwk }) => publicJwk);
  return {
    issuer: LOCAL_ISSUER,
    jwks: () => publicKeys,
    signingKey: (algorithms) =>
      algorithms === undefined ? keys[0] : keys.find(({ algorithm }) => algorithms.includes(algorithm)),
  };
}
