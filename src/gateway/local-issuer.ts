import type { JsonWebKey } from "node:crypto";
import type { LocalIssuer } from "../exchange/local-issuer.ts";

/** The development issuer as plain data: what a process that does not hold its private keys is told of it. */
export interface IssuerFacts {
  readonly issuer: string;
  /** Public keys. */
  readonly keys: readonly JsonWebKey[];
}

/** A local issuer that learns where its pages are while the gateway runs already. */
export interface LocatedIssuer extends LocalIssuer {
  setUrl(url: string): void;
}

/** What policies see of the development issuer. */
export function createLocalIssuer({ issuer, keys }: IssuerFacts): LocatedIssuer {
  let known: string | undefined;
  return {
    issuer,
    jwks: () => keys,
    url: () => known,
    setUrl: (url) => {
      known = url;
    },
  };
}
