import { createHash } from "node:crypto";
import type { StateConnection } from "../../exchange/state-connection.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import { keyOf, routeOf } from "./key.ts";
import { type Purge, purgeTest } from "./purge.ts";
import { ageInMs, type Stored } from "./stored.ts";
import { decodeStored, encodeStored, type Moment } from "./stored-codec.ts";
import { CLAIM_SCRIPT } from "./claim-script.ts";
import { PURGE_SCRIPT } from "./purge-script.ts";

/** Nothing is kept there for longer. */
const LONGEST: Millis = 86_400_000;
/** What is stale may still be validated for so long, or serve where the service fails. */
const BEYOND_FRESHNESS: Millis = 600_000;
/** More than this of one key stays in memory alone: while it is on its way, nothing else is. */
const MOST_OCTETS = 4 * 1024 * 1024;
/** How long memory is believed before it is compared with what others have. */
const BELIEVED_FOR: Millis = 1_000;
/** So long after a client has changed what is at a URI, nothing of it is stored: it may have been fetched before. */
const FORGOTTEN_FOR: Millis = 500;
/** Of how many keys it is known what was written. */
const MOST_KNOWN = 50_000;
const PURGES = "cache:purges";

/** What the shared level tells memory. */
export interface Memory {
  /** Others have written these in place of what is there. */
  adopt(key: string, variants: readonly Stored[]): void;
  /** Others have thrown away what is there. */
  discard(key: string): void;
  discardAll(concerns: (key: string) => boolean): void;
}

export interface SharedLevelOptions {
  readonly state: StateConnection;
  readonly clock: Clock;
  /** In ms since 1970. */
  readonly wallClock: Clock;
  /** What no other gateway has, to name what this one writes. */
  readonly instance: string;
  readonly memory: Memory;
  /** Questions that were not answered, or not asked. */
  readonly fallbacks: { value: number } | undefined;
}

interface Known {
  readonly version: string;
  checkedAt: Millis;
}

/**
 * The level behind memory: what gateways store for one another. Memory answers first; what it does not have is asked for
 * here, once for all who wait. What another gateway has thrown away or replaced is noticed within a second of use. Where
 * the store is gone, each gateway has its memory alone.
 */
export class SharedLevel {
  private readonly options: SharedLevelOptions;
  /** What is in memory, by the version that others know it by. */
  private readonly known = new Map<string, Known>();
  /** The options of routes: what was stored under others is not to be found. */
  private readonly fingerprints = new Map<string, string>();
  private count = 0;
  private purgesReadAt: Millis = Number.NEGATIVE_INFINITY;
  private purgesSeen: Millis;

  constructor(options: SharedLevelOptions) {
    this.options = options;
    this.purgesSeen = options.wallClock.now();
  }

  get isUp(): boolean {
    return this.options.state.isUp;
  }

  register(routeName: string, fingerprint: string): void {
    this.fingerprints.set(routeName, fingerprint);
  }

  /** What others have stored under a key; it goes to memory. Resolves when it is there, or is not to be had. */
  async load(key: string): Promise<void> {
    const { state, memory } = this.options;
    if (!state.isUp) return this.fallBack();
    const questions = [state.get(this.nameOf(key)), state.get(this.versionName(key)), this.readPurges()] as const;
    const [bytes, valid, purges] = await Promise.all(questions);
    if (bytes === undefined || valid === undefined) return this.fallBack();
    const written = bytes === null ? undefined : decodeStored(bytes, this.moment);
    // None: it is being written at this moment.
    if (written === undefined || (valid !== null && textOf(valid) !== written.version)) return;
    if (purges.some(({ at, purge }) => at >= written.writtenAt && purgeTest(purge)(key))) return;
    this.learn(key, written.version);
    memory.adopt(key, written.variants);
  }

  /** Writes what memory has under a key. */
  save(key: string, variants: readonly Stored[]): void {
    const { state, instance } = this.options;
    if (!state.isUp) return;
    const octets = variants.reduce((sum, { size }) => sum + size, 0);
    const { now } = this.moment;
    const keptFor = Math.max(...variants.map((stored) => stored.rules.lifetime * 1000 - ageInMs(stored, now)), 0);
    if (octets > MOST_OCTETS) return this.forgetKey(key);
    const version = `${instance}.${(this.count++).toString(36)}`;
    const ttl = Math.ceil(Math.min(keptFor + BEYOND_FRESHNESS, LONGEST));
    this.learn(key, version);
    void state.set(this.nameOf(key), encodeStored(variants, version, this.moment), ttl);
    void state
      .eval(CLAIM_SCRIPT, [this.versionName(key), this.forgottenName(key)], [version, ttl])
      .then((claimed) => claimed === 0 && this.refused(key, version));
  }

  /** Another gateway had the key forgotten while this one stored what it had fetched. */
  private refused(key: string, version: string): void {
    void this.options.state.del(this.nameOf(key));
    if (this.known.get(key)?.version !== version) return;
    this.known.delete(key);
    this.options.memory.discard(key);
  }

  /** Nothing is to be found under these URIs any more, on any of the routes. */
  forget(uri: string): void {
    for (const route of this.fingerprints.keys()) {
      const key = keyOf(route, uri);
      if (this.isUp) void this.options.state.set(this.forgottenName(key), "1", FORGOTTEN_FOR);
      this.forgetKey(key);
    }
  }

  forgetKey(key: string): void {
    const { state } = this.options;
    this.known.delete(key);
    if (state.isUp) void state.del(this.nameOf(key), this.versionName(key));
  }

  /** Has all gateways throw away what a purge concerns. */
  announce(purge: Purge): void {
    const { state, wallClock } = this.options;
    const said = JSON.stringify({ at: wallClock.now(), purge });
    if (state.isUp) void state.eval(PURGE_SCRIPT, [PURGES], [said, LONGEST]);
  }

  /** Memory answers with what is under a key: is it still what others have? The answer is for the next one. */
  check(key: string, now: Millis): void {
    const known = this.known.get(key);
    if (known === undefined || now - known.checkedAt < BELIEVED_FOR || !this.options.state.isUp) return;
    known.checkedAt = now;
    void this.compare(key, known);
  }

  private async compare(key: string, known: Known): Promise<void> {
    const { state, memory } = this.options;
    const [bytes] = await Promise.all([state.get(this.versionName(key)), this.readPurges()]);
    if (bytes === undefined || this.known.get(key) !== known) return;
    if (bytes === null) {
      this.known.delete(key);
      return memory.discard(key);
    }
    if (textOf(bytes) !== known.version) await this.load(key);
  }

  /** Purges of all gateways, read once a second; those that are new are done in memory. */
  private async readPurges(): Promise<readonly Announced[]> {
    const { state, clock, memory } = this.options;
    const now = clock.now();
    if (now - this.purgesReadAt < BELIEVED_FOR) return this.purges;
    this.purgesReadAt = now;
    const bytes = await state.get(PURGES);
    if (bytes === undefined) return this.purges;
    this.purges = bytes === null ? [] : readAnnounced(bytes);
    const fresh = this.purges.filter(({ at }) => at > this.purgesSeen);
    for (const { purge } of fresh) memory.discardAll(purgeTest(purge));
    this.purgesSeen = Math.max(this.purgesSeen, ...fresh.map(({ at }) => at));
    return this.purges;
  }

  private purges: readonly Announced[] = [];

  private learn(key: string, version: string): void {
    this.known.delete(key);
    this.known.set(key, { version, checkedAt: this.options.clock.now() });
    const [oldest] = this.known.keys();
    if (this.known.size > MOST_KNOWN && oldest !== undefined) this.known.delete(oldest);
  }

  /** Memory alone has to do. */
  fallBack(): void {
    const { fallbacks } = this.options;
    if (fallbacks !== undefined) fallbacks.value++;
  }

  private get moment(): Moment {
    return { wall: this.options.wallClock.now(), now: this.options.clock.now() };
  }

  private nameOf(key: string): string {
    const fingerprint = this.fingerprints.get(routeOf(key)) ?? "";
    return `cache:{${createHash("sha256").update(`${fingerprint}\n${key}`).digest("base64url")}}`;
  }

  private versionName(key: string): string {
    return `${this.nameOf(key)}:version`;
  }

  private forgottenName(key: string): string {
    return `${this.nameOf(key)}:forgotten`;
  }
}

function textOf(bytes: Uint8Array | null): string | undefined {
  return bytes === null ? undefined : Buffer.from(bytes).toString("latin1");
}

interface Announced {
  readonly at: Millis;
  readonly purge: Purge;
}

function readAnnounced(bytes: Uint8Array): readonly Announced[] {
  try {
    return JSON.parse(Buffer.from(bytes).toString("utf8")) as readonly Announced[];
  } catch {
    return [];
  }
}
