import type { Millis } from "../../shared/clock.ts";
import { rateAlgorithm } from "./algorithms/index.ts";
import { type CounterState, createStanding, type RateAlgorithm, type Standing } from "./algorithms/rate-algorithm.ts";
import type { Charge, CountedRule, CounterStore } from "./counter-store.ts";
import { CounterTable } from "./counter-table.ts";

interface RuleCounts {
  readonly algorithm: RateAlgorithm;
  readonly table: CounterTable;
  /** In how many places the rule is at work. */
  users: number;
}

/**
 * Counts in this process's memory: answers at once, and so is exact however many requests come at the same time. Nothing
 * is kept on disk, and no timer runs. Several gateway processes count each for itself.
 */
export class MemoryCounters implements CounterStore {
  private readonly rules = new Map<string, RuleCounts>();
  private readonly standings: Standing[] = [];
  private readonly states: CounterState[] = [];
  private readonly mostKeys: number | undefined;

  /** @param mostKeys of each rule; see {@link CounterTable} */
  constructor(mostKeys?: number) {
    this.mostKeys = mostKeys;
  }

  take(charges: readonly Charge[], now: Millis): readonly Standing[] {
    const { standings, states } = this;
    standings.length = Math.min(standings.length, charges.length);
    let denied = false;
    for (let i = 0; i < charges.length; i++) {
      const { rule, key } = charges[i] as Charge;
      const { algorithm, table } = this.countsOf(rule);
      const standing = (standings[i] ??= createStanding());
      const state = table.touch(key, now);
      states[i] = state;
      algorithm.look(state, rule.quota, now, standing);
      standing.allowed = standing.retryMs === 0;
      if (rule.enforced && !standing.allowed) denied = true;
    }
    if (!denied) for (let i = 0; i < charges.length; i++) this.charge((charges[i] as Charge).rule, i, now);
    return standings;
  }

  look({ rule, key }: Charge, now: Millis): Standing | undefined {
    const counts = this.rules.get(rule.id);
    const state = counts?.table.peek(key, now);
    if (counts === undefined || state === undefined) return undefined;
    const standing = createStanding();
    counts.algorithm.look(state, rule.quota, now, standing);
    standing.allowed = standing.retryMs === 0;
    return standing;
  }

  open(rule: CountedRule, now: Millis): void {
    for (const [id, { users, table }] of this.rules) if (users === 0 && table.isIdle(now)) this.rules.delete(id);
    this.countsOf(rule).users++;
  }

  release(rule: CountedRule): void {
    const counts = this.rules.get(rule.id);
    if (counts) counts.users--;
  }

  /** How many subjects are kept, of all rules. */
  get size(): number {
    let size = 0;
    for (const { table } of this.rules.values()) size += table.size;
    return size;
  }

  private charge(rule: CountedRule, index: number, now: Millis): void {
    const standing = this.standings[index] as Standing;
    if (!standing.allowed) return;
    const state = this.states[index] as CounterState;
    const { algorithm } = this.countsOf(rule);
    const { delayMs } = standing;
    algorithm.charge(state, rule.quota);
    algorithm.look(state, rule.quota, now, standing);
    standing.delayMs = delayMs;
  }

  private countsOf(rule: CountedRule): RuleCounts {
    const known = this.rules.get(rule.id);
    if (known !== undefined) return known;
    const algorithm = rateAlgorithm(rule.algorithm);
    const made = { algorithm, table: new CounterTable(algorithm, rule.quota, this.mostKeys), users: 0 };
    this.rules.set(rule.id, made);
    return made;
  }
}
