import { isIP } from "node:net";
import type { Millis } from "../../shared/clock.ts";
import { type DnsAnswer, type DnsClient, NO_ANSWER } from "./dns-client.ts";

/** A name's addresses, as far as they are known. */
export interface NameLook {
  /** Sorted, so that the order of an answer (most servers rotate it) changes nothing. */
  readonly addresses: readonly string[];
  /** Until the first of them is to be asked for again; Infinity where nothing says so. */
  readonly ttlMs: Millis;
  /** Why some of it is only what was known before. */
  readonly trouble: string | undefined;
}

/**
 * What is known of a name's A and AAAA records. A question that fails, or a name that is suddenly not there, leaves the
 * records of before: stale ones are better than none, and health checks tell which of them are gone.
 */
export class KnownAddresses {
  readonly name: string;
  private readonly client: DnsClient;
  /** Whether names that DNS does not have are looked for in the system's own list. */
  private readonly hasLocal: boolean;
  private known: Record<4 | 6, readonly string[]> = { 4: [], 6: [] };

  constructor(name: string, client: DnsClient, hasLocal: boolean) {
    this.name = name;
    this.client = client;
    this.hasLocal = hasLocal;
  }

  async look(): Promise<NameLook> {
    const { name, client } = this;
    const [v4, v6] = await Promise.all([client.addresses(name, 4), client.addresses(name, 6)]);
    const answers = [v4, v6];
    const hasRecords = answers.some(({ kind }) => kind === "records");
    if (!hasRecords && this.hasLocal && answers.every(isLocalsTurn)) {
      const local = await client.localAddresses(name);
      if (local.length > 0) return this.take(local, Number.POSITIVE_INFINITY, undefined);
    }
    const merged = [...this.settle(v4, 4, hasRecords), ...this.settle(v6, 6, hasRecords)];
    const ttlMs = Math.min(...answers.map((each) => (each.kind === "records" ? each.ttlMs : Number.POSITIVE_INFINITY)));
    return this.take(merged, ttlMs, troubleOf(name, answers, hasRecords));
  }

  private take(addresses: readonly string[], ttlMs: Millis, trouble: string | undefined): NameLook {
    const sorted = [...new Set(addresses)].sort();
    this.known = { 4: sorted.filter((each) => isIP(each) === 4), 6: sorted.filter((each) => isIP(each) === 6) };
    return { addresses: [...this.known[4], ...this.known[6]], ttlMs, trouble };
  }

  /** Some servers deny the whole name where it has no AAAA; beside records of the other family that means none of this. */
  private settle(answer: DnsAnswer<string>, family: 4 | 6, hasRecords: boolean): readonly string[] {
    if (answer.kind === "records") return answer.records;
    if (answer.kind === "empty" || (answer.kind === "no-name" && hasRecords)) return [];
    return this.known[family];
  }
}

/** Where nobody answers, the system would wait for the same servers once more. */
function isLocalsTurn(answer: DnsAnswer<string>): boolean {
  return answer.kind !== "failed" || answer.reason !== NO_ANSWER;
}

function troubleOf(name: string, answers: readonly DnsAnswer<string>[], hasRecords: boolean): string | undefined {
  const failed = answers.find((answer) => answer.kind === "failed");
  if (failed?.kind === "failed") return `DNS does not tell the addresses of ${name}: ${failed.reason}`;
  const isGone = !hasRecords && answers.some(({ kind }) => kind === "no-name");
  return isGone ? `DNS says that there is no ${name} (NXDOMAIN)` : undefined;
}
