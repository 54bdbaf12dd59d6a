import { hash } from "node:crypto";
import type { Millis } from "../../shared/clock.ts";
import type { CounterState, Quota, RateAlgorithm } from "./algorithms/rate-algorithm.ts";

/** How many subjects of a rule are told apart: some 25 MB. */
export const MOST_KEYS = 100_000;
/** Among how many of those not seen for longest the one to forget is chosen. */
const SAMPLE = 8;
/** How many that do not count any more each new subject clears away, so that what a flood leaves behind goes again. */
const CLEARED = 2;
/** So many are kept, whether they count or not: it is not worth while to make them anew with each request. */
const SMALL = 1_000;
/** Longer keys are kept as their digest. */
const LONGEST_KEY = 128;

/** One subject. In a list by when it was seen last. */
interface Entry {
  readonly key: string;
  readonly state: CounterState;
  older: Entry | undefined;
  newer: Entry | undefined;
}

/**
 * The counts of one rule, by subject, bounded. When it is full, one of the subjects not seen for longest is forgotten: of
 * these the one with least to its name, so that nobody frees itself of its own count by making up others: it takes as
 * many new subjects as the table holds, and they forget those who have used little first.
 */
export class CounterTable {
  private readonly entries = new Map<string, Entry>();
  private oldest: Entry | undefined;
  private newest: Entry | undefined;
  private readonly algorithm: RateAlgorithm;
  private readonly quota: Quota;
  private readonly mostKeys: number;

  constructor(algorithm: RateAlgorithm, quota: Quota, mostKeys: number = MOST_KEYS) {
    this.algorithm = algorithm;
    this.quota = quota;
    this.mostKeys = mostKeys;
  }

  get size(): number {
    return this.entries.size;
  }

  /** The state of a subject, settled; a new one if it is not known. The subject counts as seen. */
  touch(key: string, now: Millis): CounterState {
    const short = shortKey(key);
    let entry = this.entries.get(short);
    if (entry === undefined) entry = this.add(short, now);
    else {
      this.toEnd(entry);
      this.algorithm.settle(entry.state, this.quota, now);
    }
    return entry.state;
  }

  /** A settled copy of what is known of a subject. */
  peek(key: string, now: Millis): CounterState | undefined {
    const entry = this.entries.get(shortKey(key));
    if (entry === undefined) return undefined;
    const state = { ...entry.state };
    this.algorithm.settle(state, this.quota, now);
    return state;
  }

  /** Does nothing that was counted matter any more? */
  isIdle(now: Millis): boolean {
    for (let entry = this.oldest; entry !== undefined; entry = entry.newer) {
      if (this.usedBy(entry, now) > 0) return false;
    }
    return true;
  }

  private add(key: string, now: Millis): Entry {
    if (this.entries.size >= SMALL) this.clearIdle(now);
    if (this.entries.size >= this.mostKeys) this.forgetOne(now);
    const own = ownCopy(key);
    const entry: Entry = { key: own, state: this.algorithm.init(now), older: this.newest, newer: undefined };
    if (this.newest) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
    this.entries.set(own, entry);
    return entry;
  }

  private clearIdle(now: Millis): void {
    for (let i = 0; i < CLEARED && this.oldest !== undefined && this.usedBy(this.oldest, now) === 0; i++) {
      this.remove(this.oldest);
    }
  }

  private forgetOne(now: Millis): void {
    let least = this.oldest;
    let leastUsed = Number.POSITIVE_INFINITY;
    let entry = this.oldest;
    for (let i = 0; i < SAMPLE && entry !== undefined; i++, entry = entry.newer) {
      const used = this.usedBy(entry, now);
      if (used >= leastUsed) continue;
      least = entry;
      leastUsed = used;
    }
    if (least) this.remove(least);
  }

  private usedBy({ state }: Entry, now: Millis): number {
    this.algorithm.settle(state, this.quota, now);
    return this.algorithm.used(state);
  }

  private toEnd(entry: Entry): void {
    if (entry === this.newest) return;
    this.unlink(entry);
    entry.older = this.newest;
    entry.newer = undefined;
    if (this.newest) this.newest.newer = entry;
    this.newest = entry;
    this.oldest ??= entry;
  }

  private remove(entry: Entry): void {
    this.unlink(entry);
    this.entries.delete(entry.key);
  }

  private unlink({ older, newer }: Entry): void {
    if (older) older.newer = newer;
    else this.oldest = newer;
    if (newer) newer.older = older;
    else this.newest = older;
  }
}

/** V8 copies shorter parts anyway. */
const SHORTEST_PART = 13;

function shortKey(key: string): string {
  return key.length <= LONGEST_KEY ? key : hash("sha256", key, "base64url");
}

/** A part of a longer text keeps all of that text in memory; and a key may have been cut out of a request's head. */
function ownCopy(key: string): string {
  if (key.length < SHORTEST_PART) return key;
  const copy = Buffer.from(key, "latin1").toString("latin1");
  return copy === key ? copy : Buffer.from(key, "utf16le").toString("utf16le");
}
