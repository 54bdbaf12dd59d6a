import { createHash } from "node:crypto";
import { resolve } from "node:path";
import type { Config } from "../config/config.ts";
import type { Listener } from "../http/schema.ts";
import { createFileCertificates } from "../http/tls/file-certificates.ts";
import { createLocalCertificates } from "../http/tls/local-certificates.ts";
import { createNameTest, localAddresses } from "../http/tls/local-names.ts";
import { createTlsTermination, type StartableTermination } from "../http/tls/tls-termination.ts";
import { stateDirectory } from "../processes/state-directory.ts";
import { watchFiles } from "../processes/watch-files.ts";
import type { Clock } from "../shared/clock.ts";
import { backgroundTimers } from "../shared/timers.ts";

/** What becomes of a listener's certificates while the gateway runs. */
export type CertificateEvent =
  /** There was no local CA, and one was made: nobody trusts it yet. */
  | { readonly type: "authority-made"; readonly file: string }
  /** Files have changed, and new handshakes get what is in them now. */
  | { readonly type: "reloaded"; readonly files: readonly string[] }
  /** They have changed into something that cannot be used: what was before stays. */
  | { readonly type: "reload-failed"; readonly files: readonly string[]; readonly reason: string }
  | { readonly type: "handshake-failed"; readonly peer: string; readonly reason: string };

export interface TlsSurroundings {
  /** What paths in the config are relative to; the working directory by default. */
  readonly baseDirectory?: string;
  /** Where the local CA is kept; the user's own state directory by default. Asked for only if it is needed. */
  readonly stateDirectory?: () => string;
  /** 32 octets shared by processes that resume one another's TLS sessions. */
  readonly ticketSecret?: Buffer;
  readonly onCertificates?: (event: CertificateEvent) => void;
}

type HttpsListener = Extract<Listener, { kind: "https" }>;

/** Offered by ALPN, the preferred one first. Who offers none of them is refused, so HTTP/1.0 stands there for old clients. */
const ALPN_PROTOCOLS = ["h2", "http/1.1", "http/1.0"];

/** Makes the TLS side of a config's listeners; those with the same `tls:` share one, and so their sessions. */
export class Terminations {
  private readonly config: Config;
  private readonly surroundings: TlsSurroundings;
  private readonly wallClock: Clock;
  private readonly bySettings = new Map<string, StartableTermination>();

  constructor(config: Config, surroundings: TlsSurroundings, wallClock: Clock) {
    this.config = config;
    this.surroundings = surroundings;
    this.wallClock = wallClock;
  }

  for(listener: Listener): StartableTermination | undefined {
    if (listener.kind !== "https") return undefined;
    const settings = createHash("sha256").update(JSON.stringify(listener.tls)).digest("hex");
    let termination = this.bySettings.get(settings);
    if (termination === undefined) {
      termination = this.create(listener);
      this.bySettings.set(settings, termination);
    }
    return termination;
  }

  /**
   * Loads all certificates.
   * @throws GatewayError GW0018, GW0122; GW0015 if the local CA is needed and the state directory is not private
   */
  async start(): Promise<void> {
    for (const termination of this.bySettings.values()) await termination.start();
  }

  private create({ tls }: HttpsListener): StartableTermination {
    const { baseDirectory = ".", ticketSecret, onCertificates = () => {} } = this.surroundings;
    const certificates =
      tls === "auto" ? this.localCertificates(onCertificates) : createFileCertificates(tls, resolve(baseDirectory));
    return createTlsTermination({
      certificates,
      handshakeTimeout: this.config.limits.headerTimeout,
      alpnProtocols: ALPN_PROTOCOLS,
      wallClock: this.wallClock,
      ...(ticketSecret === undefined ? {} : { ticketSecret }),
      watch: (paths, onChange) => watchFiles(paths, backgroundTimers, onChange),
      onReload: (error) => {
        const { files } = certificates;
        if (error === undefined) onCertificates({ type: "reloaded", files });
        else onCertificates({ type: "reload-failed", files, reason: (error as Error).message });
      },
      onFailure: (peer, { message }) => onCertificates({ type: "handshake-failed", peer, reason: message }),
    });
  }

  private localCertificates(onCertificates: (event: CertificateEvent) => void) {
    const patterns = this.config.routes.flatMap(({ match }) => match.flatMap(({ host }) => (host ? [host] : [])));
    return createLocalCertificates({
      stateDirectory: this.surroundings.stateDirectory ?? (() => stateDirectory(process.env)),
      isNamed: createNameTest(patterns),
      addresses: localAddresses([...patterns, ...this.listenerAddresses()]),
      wallClock: this.wallClock,
      onMade: ({ certFile }) => onCertificates({ type: "authority-made", file: certFile }),
    });
  }

  private listenerAddresses() {
    const hosts = this.config.listeners.flatMap((listener) => (listener.kind === "https" ? listener.hosts : []));
    return hosts.map((name) => ({ kind: "exact" as const, name }));
  }
}
