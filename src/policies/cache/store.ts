import { LRUCache } from "lru-cache";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Flight } from "./flight.ts";
import { keyOf, uriOf } from "./key.ts";
import { type Purge, purgeTest } from "./purge.ts";
import type { Memory, SharedLevel } from "./shared-level.ts";
import type { Stored } from "./stored.ts";
import { isSame, selects } from "./vary.ts";

export type { Purge };

/** What all routes of a gateway instance may store, in octets. */
export const STORE_BYTES = 64 * 1024 * 1024;
/** What may be gathered of bodies that are on their way. */
const GATHERED_BYTES = 32 * 1024 * 1024;
/** More variants of one URI push the oldest out. */
const MOST_VARIANTS = 64;
/** How many URIs are remembered as not to be stored. */
const MOST_MARKS = 10_000;

/** A response on its way that may be stored, unless it is made void meanwhile. */
export interface Pending {
  readonly key: string;
  isVoid: boolean;
}

/** What is remembered of a URI whose responses are of no use to others. */
interface Mark {
  readonly until: Millis;
  /** They are not even stored. */
  readonly unstorable: boolean;
}

/** The stored responses of all routes, the least recently used of which give way. */
export class CacheStore implements Memory {
  private readonly resources = new LRUCache<string, readonly Stored[]>({ maxSize: STORE_BYTES });
  private readonly marks = new LRUCache<string, Mark>({ max: MOST_MARKS });
  private readonly routes = new Set<string>();
  private readonly pending = new Set<Pending>();
  private gathered = 0;
  /** Requests on their way that others wait for, by key. */
  readonly flights = new Map<string, Flight>();
  /** Told of every URI that a client has changed: other instances may have stored it as well. */
  onInvalidated: ((uri: string) => void) | undefined;

  /** What other gateways have stored, where they share it. */
  shared: SharedLevel | undefined;

  /**
   * A route begins anew, maybe with other options: what was stored for it is of no use.
   * @param fingerprint what differs where its options do
   */
  register(routeName: string, fingerprint = ""): void {
    this.routes.add(routeName);
    this.discardAll(purgeTest({ route: routeName }));
    this.shared?.register(routeName, fingerprint);
  }

  /** What is stored under a key, the newest first: by when they were made, not by when they came (RFC 9111 section 4). */
  find(key: string): readonly Stored[] | undefined {
    return this.resources.get(key);
  }

  /** Stores a response in place of one that the same requests select; what came for HEAD only beside others. */
  put(key: string, stored: Stored): void {
    const before = this.resources.peek(key) ?? [];
    const isSecond = (each: Stored): boolean => each.headLength === undefined && stored.headLength !== undefined;
    if (before.some((each) => isSecond(each) && isSame(each.selecting, stored.selecting))) return;
    const others = before.filter(({ selecting }) => !isSame(selecting, stored.selecting)).slice(0, MOST_VARIANTS - 1);
    // Of those with the same Date, the one that came last is the newest.
    const at = others.findIndex(({ date }) => date <= stored.date);
    const variants = others.toSpliced(at < 0 ? others.length : at, 0, stored);
    this.adopt(key, variants);
    this.shared?.save(key, variants);
  }

  /** Removes a response, unless another one has taken its place. */
  remove(key: string, stored: Stored): void {
    const before = this.resources.peek(key);
    if (before?.includes(stored) !== true) return;
    const others = before.filter((each) => each !== stored);
    if (others.length === 0) {
      this.discard(key);
      this.shared?.forgetKey(key);
    } else {
      this.adopt(key, others);
      this.shared?.save(key, others);
    }
  }

  discard(key: string): void {
    this.resources.delete(key);
  }

  adopt(key: string, variants: readonly Stored[]): void {
    const size = variants.reduce((sum, each) => sum + each.size, 2 * key.length);
    this.resources.set(key, variants, { size });
  }

  /** A client has changed what is at a URI (RFC 9111 section 4.4). */
  invalidate(uri: string): void {
    this.forget(uri);
    this.shared?.forget(uri);
    this.onInvalidated?.(uri);
  }

  /** Throws away what is stored of a URI, on whichever route, and what is on its way to be. */
  forget(uri: string): void {
    for (const route of this.routes) this.resources.delete(keyOf(route, uri));
    for (const each of this.pending) if (uriOf(each.key) === uri) each.isVoid = true;
  }

  /** @returns how many responses were thrown away here */
  purge(purge: Purge): number {
    this.shared?.announce(purge);
    return this.discardAll(purgeTest(purge));
  }

  /** Throws away what is stored under some keys, and what is on its way to be; says how many there were. */
  discardAll(concerns: (key: string) => boolean): number {
    let count = 0;
    for (const [key, variants] of [...this.resources.entries()]) {
      if (!concerns(key)) continue;
      count += variants.length;
      this.resources.delete(key);
    }
    for (const each of this.pending) if (concerns(each.key)) each.isVoid = true;
    return count;
  }

  /** Notes a response that may be stored, before its request goes out. */
  begin(pending: Pending): void {
    this.pending.add(pending);
  }

  end(pending: Pending): void {
    this.pending.delete(pending);
  }

  /** Asks for room to gather a part of a body. What was granted must be given back. */
  gather(octets: number): boolean {
    if (this.gathered + octets > GATHERED_BYTES) return false;
    this.gathered += octets;
    return true;
  }

  giveBack(octets: number): void {
    this.gathered -= octets;
  }

  /** Notes that nobody should wait for another one's response to this. */
  mark(key: string, until: Millis, unstorable: boolean): void {
    this.marks.set(key, { until, unstorable });
  }

  unmark(key: string): void {
    this.marks.delete(key);
  }

  markOf(key: string, now: Millis): Mark | undefined {
    const mark = this.marks.get(key);
    return mark === undefined || mark.until <= now ? undefined : mark;
  }

  /** Octets that are stored, and how many responses they belong to. */
  get usage(): { readonly octets: number; readonly responses: number } {
    let responses = 0;
    for (const variants of this.resources.values()) responses += variants.length;
    return { octets: this.resources.calculatedSize, responses };
  }
}

/** The newest response that a request selects (RFC 9111 sections 4 and 4.1). What came for HEAD answers nothing else. */
export function selectStored(exchange: PolicyExchange, variants: readonly Stored[]): Stored | undefined {
  const isHead = exchange.request.method === "HEAD";
  for (let i = 0; i < variants.length; i++) {
    const stored = variants[i] as Stored;
    if ((isHead || stored.headLength === undefined) && selects(exchange, stored.selecting)) return stored;
  }
  return undefined;
}
