import { hash } from "node:crypto";
import type { StateConnection } from "../../exchange/state-connection.ts";
import type { Millis } from "../../shared/clock.ts";
import { rateAlgorithm } from "./algorithms/index.ts";
import { createStanding, type Standing } from "./algorithms/rate-algorithm.ts";
import type { Charge, CountedRule, CounterStore } from "./counter-store.ts";
import { ANSWERED, COUNT_SCRIPT, SCRIPT_ALGORITHMS, type ScriptAnswer, stateFrom } from "./shared-script.ts";

/** Charges that one call of the script takes: some 0.2 ms in which nobody else gets an answer. */
const MOST_CHARGES = 200;
/** An address, an IPv6 network or nothing: kept as it is, so that one can look who is counted. */
const PLAIN = /^(?:ip )?[0-9A-Fa-f.:/]{0,45}$/;

interface Asked {
  readonly charges: readonly Charge[];
  readonly at: Millis;
  readonly answer: (standings: readonly Standing[]) => void;
}

export interface SharedCountersOptions {
  readonly state: StateConnection;
  /** Counts for this gateway alone while the store is gone. */
  readonly own: CounterStore;
  /** How many requests were counted by `own`. */
  readonly fallbacks?: { value: number } | undefined;
  /** Whose time counts: the store's, unless a test has its own. */
  readonly time?: () => Millis;
}

/**
 * Counts where all gateways count. What comes in one turn of the event loop is asked for together: one question, one
 * answer, however many requests.
 *
 * While the store is gone, each gateway counts for itself, and answers at once: with `limit` for each of them, so that
 * nobody is locked out, and nobody gets on without any limit either. What passes meanwhile is not added to the store's
 * counts later.
 */
export class SharedCounters implements CounterStore {
  private readonly options: SharedCountersOptions;
  private readonly prefixes = new WeakMap<CountedRule, string>();
  private asked: Asked[] = [];
  private waiting = 0;

  constructor(options: SharedCountersOptions) {
    this.options = options;
  }

  take(charges: readonly Charge[], now: Millis): readonly Standing[] | Promise<readonly Standing[]> {
    if (!this.options.state.isUp) return this.takeOwn(charges, now);
    return new Promise((resolve) => {
      if (this.asked.length === 0) setImmediate(() => this.flush());
      const copies = charges.map(({ rule, key }) => ({ rule, key }));
      this.asked.push({ charges: copies, at: now, answer: resolve });
      this.waiting += charges.length;
      if (this.waiting >= MOST_CHARGES) this.flush();
    });
  }

  look(): undefined {
    return undefined;
  }

  open(rule: CountedRule, now: Millis): void {
    this.options.own.open(rule, now);
  }

  release(rule: CountedRule): void {
    this.options.own.release(rule);
  }

  /** The store of this process answers at once, whatever the contract allows. */
  private takeOwn(charges: readonly Charge[], now: Millis): readonly Standing[] {
    const { own, fallbacks } = this.options;
    if (fallbacks) fallbacks.value++;
    return own.take(charges, now) as readonly Standing[];
  }

  private flush(): void {
    const { asked } = this;
    if (asked.length === 0) return;
    this.asked = [];
    this.waiting = 0;
    void this.count(asked);
  }

  private async count(asked: readonly Asked[]): Promise<void> {
    const { keys, args } = this.question(asked);
    const answer = await this.options.state.eval(COUNT_SCRIPT, keys, args);
    if (!isAnswer(answer, asked)) {
      // Another one's turn comes before these are read: copies.
      for (const { charges, at, answer: tell } of asked) tell(this.takeOwn(charges, at).map((each) => ({ ...each })));
      return;
    }
    const now = Number(answer[0]);
    let from = 1;
    for (const { charges, answer: tell } of asked) {
      tell(standingsFrom(charges, answer, from, now));
      from += charges.length * ANSWERED;
    }
  }

  private question(asked: readonly Asked[]): { keys: string[]; args: (string | number)[] } {
    const numbers = new Map<string, number>();
    const args: (string | number)[] = [this.options.time?.() ?? ""];
    const requests: number[] = [];
    for (const { charges } of asked) {
      requests.push(charges.length);
      for (const charge of charges) {
        const key = this.keyOf(charge);
        let number = numbers.get(key);
        if (number === undefined) {
          number = numbers.size + 1;
          numbers.set(key, number);
          const { algorithm, quota } = charge.rule;
          args.push(SCRIPT_ALGORITHMS[algorithm][0], quota.limit, quota.window, quota.capacity);
        }
        requests.push(charge.rule.enforced ? number : -number);
      }
    }
    return { keys: [...numbers.keys()], args: [...args, ...requests] };
  }

  /**
   * Who is counted, under which rule. All have one hash tag: a request that several rules count needs them in one place.
   * A header's value or a name may be a secret, and is not written there.
   */
  private keyOf({ rule, key }: Charge): string {
    let prefix = this.prefixes.get(rule);
    if (prefix === undefined) {
      prefix = `{limits}:${hash("sha256", rule.id, "base64url").slice(0, 16)}:`;
      this.prefixes.set(rule, prefix);
    }
    return prefix + (PLAIN.test(key) ? key : `#${hash("sha256", key, "base64url")}`);
  }
}

/** Is it what the script says, and neither nothing nor something that stands between has made up? */
function isAnswer(answer: unknown, asked: readonly Asked[]): answer is ScriptAnswer {
  const charges = asked.reduce((sum, one) => sum + one.charges.length, 0);
  return Array.isArray(answer) && answer.length === 1 + charges * ANSWERED;
}

/** As `MemoryCounters` tells them. */
function standingsFrom(charges: readonly Charge[], answer: ScriptAnswer, from: number, now: Millis): Standing[] {
  let denied = false;
  const found = charges.map(({ rule }, i) => {
    const at = from + i * ANSWERED;
    const allowed = answer[at] === 1;
    if (rule.enforced && !allowed) denied = true;
    const state = stateFrom(rule.algorithm, answer, at + 1);
    const standing = createStanding();
    rateAlgorithm(rule.algorithm).look(state, rule.quota, now, standing);
    standing.allowed = allowed;
    return { rule, state, standing };
  });
  if (!denied) {
    for (const { rule, state, standing } of found) {
      if (!standing.allowed) continue;
      const algorithm = rateAlgorithm(rule.algorithm);
      const { delayMs } = standing;
      algorithm.charge(state, rule.quota);
      algorithm.look(state, rule.quota, now, standing);
      standing.delayMs = delayMs;
    }
  }
  return found.map(({ standing }) => standing);
}
