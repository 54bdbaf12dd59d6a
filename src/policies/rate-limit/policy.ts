import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Answer } from "../../exchange/answer.ts";
import { definePolicy, type Explanation, type Policy, type PolicyDeps, type Verdict } from "../policy.ts";
import type { Standing } from "./algorithms/rate-algorithm.ts";
import type { CounterStore } from "./counter-store.ts";
import { MemoryCounters } from "./memory-counters.ts";
import { createFieldWriter, seconds, type WriteFields } from "./response-fields.ts";
import { describeRule, type RuleAtWork, rulesAtWork } from "./rule.ts";
import { rateLimitSchema } from "./schema.ts";
import { SharedCounters } from "./shared-counters.ts";
import { WaitingRoom } from "./waiting-room.ts";

/** What `deps.shared` has the counts under. */
export const COUNTERS = "rateLimit";

/**
 * Limits how often requests pass. All rules of a place are asked, and a request that one of them denies is charged to
 * none. Rules by consumer or claim have a place of their own, after authentication: what the rules before it have
 * counted stays counted when one of these denies, as the request did get that far.
 */
export const rateLimit = definePolicy({
  name: "rateLimit",
  schema: rateLimitSchema,
  docs: "Limits how often requests pass: by address, consumer, header, claim, route, service or all together.",
  create: (rules, deps) => new RateLimit(rulesAtWork(rules, deps), deps),
});

class RateLimit implements Policy {
  private readonly rules: readonly RuleAtWork[];
  private readonly deps: PolicyDeps;
  private readonly store: CounterStore;
  private readonly writeFields: WriteFields | undefined;
  private readonly denials: readonly ({ value: number } | undefined)[];
  private readonly waitingRoom = new WaitingRoom();
  /** For whom another process is being asked. */
  private readonly asking = new Set<PolicyExchange>();

  constructor(rules: readonly RuleAtWork[], deps: PolicyDeps) {
    this.rules = rules;
    this.deps = deps;
    this.store = deps.shared(COUNTERS, () => createStore(deps));
    this.writeFields = createFieldWriter(rules);
    const now = deps.clock.now();
    for (const { rule } of rules) this.store.open(rule, now);
    this.denials = rules.map(({ options: { name, mode } }) =>
      deps.counter?.(RATE_LIMITED, {
        route: deps.routeName,
        rule: name,
        mode,
      }),
    );
  }

  onRequest(exchange: PolicyExchange): Verdict | Promise<Verdict> {
    for (const rule of this.rules) rule.key = rule.subjectOf(exchange);
    const standings = this.store.take(this.rules, this.deps.clock.now());
    if (standings instanceof Promise) return this.decideLater(exchange, standings);
    return this.decide(exchange, standings);
  }

  private async decideLater(exchange: PolicyExchange, asked: Promise<readonly Standing[]>): Promise<Verdict> {
    this.asking.add(exchange);
    const standings = await asked;
    // The client may have gone meanwhile: then nobody is to be held back.
    return this.asking.delete(exchange) ? this.decide(exchange, standings) : undefined;
  }

  private decide(exchange: PolicyExchange, standings: readonly Standing[]): Verdict | Promise<Verdict> {
    this.writeFields?.(exchange, standings);
    let denied = -1;
    let delayMs = 0;
    for (let i = 0; i < standings.length; i++) {
      const standing = standings[i] as Standing;
      const { enforced } = (this.rules[i] as RuleAtWork).rule;
      if (!standing.allowed) {
        const denials = this.denials[i];
        if (denials) denials.value++;
        if (enforced && (denied < 0 || standing.retryMs > (standings[denied] as Standing).retryMs)) denied = i;
      } else if (enforced && standing.delayMs > delayMs) delayMs = standing.delayMs;
    }
    if (denied >= 0) return refusal(this.rules[denied] as RuleAtWork, standings[denied] as Standing);
    return delayMs > 0 ? this.waitingRoom.hold(exchange, delayMs) : undefined;
  }

  onFinish(exchange: PolicyExchange): void {
    if (this.asking.size > 0) this.asking.delete(exchange);
    this.waitingRoom.leave(exchange);
  }

  explain(exchange: PolicyExchange): Explanation {
    const now = this.deps.clock.now();
    const reason = this.rules.map((each) => this.explainRule(each, exchange, now)).join("; ");
    return { verdict: this.rules.some(({ rule }) => rule.enforced) ? "unknown" : "pass", reason };
  }

  private explainRule({ rule, options, subjectOf }: RuleAtWork, exchange: PolicyExchange, now: number): string {
    const what = `${rule.enforced ? "" : "shadow: "}${describeRule(options)} (${options.algorithm})`;
    const standing = this.store.look({ rule, key: subjectOf(exchange) }, now);
    return standing === undefined ? what : `${what}, ${standing.remaining} left`;
  }

  close(): void {
    for (const { rule } of this.rules) this.store.release(rule);
  }
}

function createStore({ state, counter }: PolicyDeps): CounterStore {
  const own = new MemoryCounters();
  if (state === undefined) return own;
  return new SharedCounters({ state, own, fallbacks: counter?.(STATE_FALLBACKS, { policy: "rateLimit" }) });
}

const STATE_FALLBACKS = "gatewayctl_state_fallbacks_total";

/** How often a rule has denied, or, in shadow mode, would have. */
const RATE_LIMITED = "gatewayctl_rate_limited_total";

function refusal({ options }: RuleAtWork, { retryMs }: Standing): Answer {
  return {
    kind: "problem",
    code: "GW0506",
    detail: `No more than ${describeRule(options)}.`,
    fields: [["retry-after", String(Math.max(seconds(retryMs), 1))]],
  };
}
