import { type AddressInfo, createServer, type Socket } from "node:net";
import { connect, type ConnectionOptions, type TLSSocket } from "node:tls";
import { onTestFinished } from "vitest";
import type { CertificateSource, ServerCredentials } from "../../../src/http/tls/certificate-source.ts";
import { createTlsTermination, type TlsTerminationOptions } from "../../../src/http/tls/tls-termination.ts";
import { systemWallClock } from "../../../src/shared/clock.ts";
import type { Timers } from "../../../src/shared/timers.ts";
import type { TestCertificate } from "../../helpers/certificates.ts";

/** Credentials as a source gives them. */
export function credentialsOf(
  pair: TestCertificate,
  more: Partial<Pick<ServerCredentials, "minVersion" | "clientCa" | "renewAt" | "sessionTerms">> = {},
): ServerCredentials {
  return { ...pair, minVersion: "TLSv1.2", clientCa: undefined, sessionTerms: pair.cert, renewAt: undefined, ...more };
}

/** A source that gives what it is told to; `credentials` may be changed. */
export interface FakeSource extends CertificateSource {
  credentials: ServerCredentials | Error;
  contextFor: CertificateSource["contextFor"];
}

export function fakeSource(credentials: ServerCredentials): FakeSource {
  return {
    credentials,
    files: ["cert", "key"],
    requiresClientCertificate: credentials.clientCa !== undefined,
    async load() {
      if (this.credentials instanceof Error) throw this.credentials;
      return this.credentials;
    },
    contextFor: () => undefined,
  };
}

/** Timers that run only when the test says so. */
export interface HeldTimers extends Timers {
  /** Runs those that were set for `ms`; says how many. */
  run(ms: number): number;
  readonly waiting: number;
}

export function heldTimers(): HeldTimers {
  const waiting = new Set<{ ms: number; run: () => void }>();
  return {
    after(ms, run) {
      const timer = { ms, run };
      waiting.add(timer);
      return () => waiting.delete(timer);
    },
    run(ms) {
      const due = [...waiting].filter((timer) => timer.ms === ms);
      for (const timer of due) {
        waiting.delete(timer);
        timer.run();
      }
      return due.length;
    },
    get waiting() {
      return waiting.size;
    },
  };
}

export interface Terminating {
  readonly port: number;
  readonly pending: () => number;
  /** Accepted sockets that are open. */
  readonly open: Set<Socket>;
  /** TLS sockets with the socket each was made of, in order. */
  readonly secured: { readonly socket: TLSSocket; readonly raw: Socket }[];
  readonly failures: string[];
  readonly reloads: unknown[];
  /** As if the files had changed. */
  changed(): void;
  close(): void;
}

/** A server on a free port whose connections go through a termination. */
export async function startTerminating(
  certificates: CertificateSource,
  options: Partial<TlsTerminationOptions> & { before?: (socket: Socket, go: () => void) => void } = {},
): Promise<Terminating> {
  let changed = (): void => {};
  const failures: string[] = [];
  const reloads: unknown[] = [];
  const { before = (_socket: Socket, go: () => void) => go(), ...rest } = options;
  const termination = createTlsTermination({
    certificates,
    handshakeTimeout: 5_000,
    alpnProtocols: ["h2", "http/1.1"],
    wallClock: systemWallClock,
    watch: (_files, onChange) => {
      changed = onChange;
      return { close: () => {} };
    },
    onFailure: (_peer, error) => failures.push(error.message),
    onReload: (error) => reloads.push(error),
    ...rest,
  });
  await termination.start();
  const open = new Set<Socket>();
  const secured: { socket: TLSSocket; raw: Socket }[] = [];
  const server = createServer({ allowHalfOpen: true }, (raw) => {
    open.add(raw);
    raw.on("close", () => open.delete(raw));
    raw.on("error", () => {});
    before(raw, () =>
      termination.secure(raw, (socket) => {
        socket.on("error", () => {});
        secured.push({ socket, raw });
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    termination.close();
    server.close();
    for (const socket of open) socket.destroy();
  });
  return {
    port: (server.address() as AddressInfo).port,
    pending: () => termination.pending,
    open,
    secured,
    failures,
    reloads,
    changed: () => changed(),
    close: () => termination.close(),
  };
}

/** A TLS client whose handshake is done. @throws Error with OpenSSL's or Node's code if it failed */
export async function connectTls(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: "127.0.0.1", servername: "localhost", ...options });
  onTestFinished(() => void socket.destroy());
  return new Promise((resolve, reject) => {
    socket.once("secureConnect", () => {
      socket.off("error", reject);
      socket.on("error", () => {});
      resolve(socket);
    });
    socket.once("error", reject);
  });
}
