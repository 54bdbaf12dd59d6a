import type { SecureContext, SecureVersion } from "node:tls";
import type { Millis } from "../../shared/clock.ts";

/** What a TLS server shows its clients, and asks of them. All PEM. */
export interface ServerCredentials {
  /** The server's own certificate first, then the chain. */
  readonly cert: string;
  readonly key: string;
  readonly minVersion: SecureVersion;
  /** Clients must have a certificate of one of these CAs. */
  readonly clientCa: string | undefined;
  /** What stays the same for as long as a session with these credentials may be resumed with others. */
  readonly sessionTerms: string;
  /** When they have to be loaded again, in ms since 1970; `undefined`: only when their files change. */
  readonly renewAt: Millis | undefined;
}

/** Where a listener's certificates come from. */
export interface CertificateSource {
  /** Files whose change means other certificates. */
  readonly files: readonly string[];
  readonly requiresClientCertificate: boolean;
  /**
   * The credentials for clients that name no server, or one that there is no certificate for.
   * @throws GatewayError if they cannot be used, or made
   */
  load(): Promise<ServerCredentials>;
  /**
   * A certificate for this server name, in lower case; `undefined`: the one of `load`.
   * @throws Error if it cannot be made
   */
  contextFor(name: string): Promise<SecureContext> | undefined;
}
