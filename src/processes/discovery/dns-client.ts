import { lookup, promises, type RecordWithTtl, type SrvRecord } from "node:dns";
import { promisify } from "node:util";
import type { Millis } from "../../shared/clock.ts";

/** What DNS says to a question. */
export type DnsAnswer<T> =
  | { readonly kind: "records"; readonly records: readonly T[]; readonly ttlMs: Millis }
  /** There is such a name, but it has no records of this type. */
  | { readonly kind: "empty" }
  /** There is no such name. */
  | { readonly kind: "no-name" }
  /** No answer, or one that says nothing: "SERVFAIL", "no answer". */
  | { readonly kind: "failed"; readonly reason: string };

export interface ServiceRecord {
  readonly target: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** Asks DNS. Nothing is thrown: what goes wrong is an answer, too. */
export interface DnsClient {
  addresses(name: string, family: 4 | 6): Promise<DnsAnswer<string>>;
  services(name: string): Promise<DnsAnswer<ServiceRecord>>;
  /** The system's own list of names (its hosts file, search domains): for names that DNS does not have. */
  localAddresses(name: string): Promise<readonly string[]>;
  /** Gives up on what is being asked. */
  close(): void;
}

/** Of one try; there are two. */
const TRY_FOR: Millis = 1_000;
const TRIES = 2;

/**
 * A client of node:dns (c-ares). Every question has a resolver of its own, so that nothing is answered out of a cache but
 * the server's, and that a change of the system's servers is noticed.
 *
 * @param servers to ask instead of the system's, "10.0.0.2" or "127.0.0.1:5353"
 */
export function createDnsClient(servers: readonly string[] | undefined): DnsClient {
  const open = new Set<promises.Resolver>();
  let closed = false;
  const ask = async <R, T>(
    question: (resolver: promises.Resolver) => Promise<readonly R[]>,
    read: (records: readonly R[]) => { records: readonly T[]; ttlMs: Millis },
  ): Promise<DnsAnswer<T>> => {
    if (closed) return { kind: "failed", reason: "given up" };
    const resolver = new promises.Resolver({ timeout: TRY_FOR, tries: TRIES });
    open.add(resolver);
    try {
      if (servers !== undefined) resolver.setServers(servers);
      const { records, ttlMs } = read(await question(resolver));
      return records.length === 0 ? { kind: "empty" } : { kind: "records", records, ttlMs };
    } catch (error) {
      return failure(error as NodeJS.ErrnoException);
    } finally {
      open.delete(resolver);
    }
  };
  return {
    addresses: (name, family) =>
      ask<RecordWithTtl, string>(
        (resolver) => (family === 4 ? resolver.resolve4(name, { ttl: true }) : resolver.resolve6(name, { ttl: true })),
        (records) => ({
          records: records.map(({ address }) => address),
          ttlMs: Math.min(...records.map(({ ttl }) => ttl)) * 1_000,
        }),
      ),
    services: (name) =>
      ask<SrvRecord, ServiceRecord>(
        (resolver) => resolver.resolveSrv(name),
        // node:dns does not tell the TTL of SRV records; `refresh` and the TTL of their targets' addresses decide.
        (records) => ({
          records: records
            .filter((record) => record.name !== "" && record.name !== ".")
            .map(({ name: target, port, priority, weight }) => ({ target, port, priority, weight })),
          ttlMs: Number.POSITIVE_INFINITY,
        }),
      ),
    localAddresses: async (name) => {
      const found = await promisify(lookup)(name, { all: true }).catch(() => []);
      return found.map(({ address }) => address);
    },
    close() {
      closed = true;
      for (const resolver of open) resolver.cancel();
    },
  };
}

/** The reason where nobody answered in time. */
export const NO_ANSWER = "no answer";

/** c-ares's words, in those of RFC 1035 section 4.1.1 where it has some. */
const REASONS: Readonly<Record<string, string>> = {
  ESERVFAIL: "SERVFAIL",
  EREFUSED: "REFUSED",
  EFORMERR: "FORMERR",
  ENOTIMP: "NOTIMP",
  ETIMEOUT: NO_ANSWER,
  ECONNREFUSED: "no DNS server there",
  EBADRESP: "an answer that is not DNS",
};

function failure({ code = "", message }: NodeJS.ErrnoException): DnsAnswer<never> {
  if (code === "ENODATA") return { kind: "empty" };
  if (code === "ENOTFOUND") return { kind: "no-name" };
  return { kind: "failed", reason: REASONS[code] ?? (code || message) };
}
