import type { LocalIssuer } from "../../../exchange/local-issuer.ts";
import { type KeySet, readKeySet } from "./key-set.ts";
import type { KeySource } from "./key-source.ts";

/** Keys of the development issuer, in this very process or handed to it. */
export class LocalKeys implements KeySource {
  readonly problem = "no development issuer is running";
  private readonly issuer: LocalIssuer | undefined;
  private jwks: ReturnType<LocalIssuer["jwks"]> | undefined;
  private set: KeySet | undefined;

  constructor(issuer: LocalIssuer | undefined) {
    this.issuer = issuer;
  }

  known(): KeySet | undefined {
    const jwks = this.issuer?.jwks();
    if (jwks !== this.jwks) {
      this.jwks = jwks;
      this.set = jwks === undefined ? undefined : readKeySet({ keys: jwks }, { secrets: false });
    }
    return this.set;
  }

  current(): KeySet | undefined {
    return this.known();
  }

  async load(): Promise<KeySet | undefined> {
    return this.known();
  }

  lookAgain(): undefined {
    return undefined;
  }
}
