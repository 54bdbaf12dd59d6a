import type { RequestFacts } from "../exchange/request-facts.ts";
import type { Policy, Verdict } from "../policies/policy.ts";
import type { Claims, KnownClaims } from "../routing/claims.ts";
import { type MatchResult, type NeedsAuthenticate, NOT_FOUND } from "../routing/match-result.ts";
import { PolicyRun, type Rehearsal } from "./policy-run.ts";
import type { Runtime } from "./runtime.ts";

/** What is decided once claims are known. */
export type Decided = Exclude<MatchResult, NeedsAuthenticate>;

/**
 * Looks for the route of a request for which routes ask by claims: each one's own `authenticate` is asked, in the order in
 * which they would be the one, until it is clear. At once, where they answer at once.
 */
export class ClaimsSearch implements KnownClaims {
  private readonly runtime: Runtime;
  private readonly facts: RequestFacts;
  private readonly requestId: string;
  private readonly known = new Map<number, Claims | null>();
  private readonly rehearsals = new Map<number, Rehearsal>();
  /** Policies that have been asked and not yet been told that it is over. */
  private readonly asked = new Map<number, Pick<Rehearsal, "policy" | "run">>();
  private over = false;

  constructor(runtime: Runtime, facts: RequestFacts, requestId: string) {
    this.runtime = runtime;
    this.facts = facts;
    this.requestId = requestId;
  }

  get(route: number): Claims | null | undefined {
    return this.known.get(route);
  }

  /** What the route's `authenticate` has said; `undefined` where it was not asked. */
  rehearsalOf(route: number): Rehearsal | undefined {
    return this.rehearsals.get(route);
  }

  /** Matches until no route's claims are missing. A promise only where an `authenticate` needs one. */
  match(): Decided | Promise<Decided> {
    for (;;) {
      const found = this.runtime.router.match(this.facts, undefined, this);
      if (found.kind !== "needs-authenticate") return found;
      const pending = this.ask(found.route);
      // If the client has gone meanwhile, nobody is asked any more.
      if (pending !== undefined) return pending.then(() => (this.over ? NOT_FOUND : this.match()));
    }
  }

  private ask(route: number): Promise<void> | undefined {
    const plan = this.runtime.plans[route];
    const policy = plan?.policies.find(({ slot }) => slot === "authenticate")?.policy;
    if (plan === undefined || policy === undefined) {
      this.known.set(route, null);
      return undefined;
    }
    const run = new PolicyRun();
    run.begin({ request: this.facts, requestId: this.requestId, plan });
    this.asked.set(route, { policy, run });
    const verdict = policy.onRequest?.(run);
    if (verdict instanceof Promise) return verdict.then((settled) => this.note(route, policy, run, settled));
    this.note(route, policy, run, verdict);
    return undefined;
  }

  private note(route: number, policy: Policy, run: PolicyRun, verdict: Verdict): void {
    this.known.set(route, verdict === undefined ? claimsOf(run) : null);
    this.rehearsals.set(route, { policy, run, verdict });
  }

  /**
   * Nothing more is looked for: tells the policies that have been asked, but for those of the route that the request takes,
   * which hear it from there.
   */
  end(chosen?: number): void {
    if (this.over) return;
    this.over = true;
    for (const [route, { policy, run }] of this.asked) if (route !== chosen) policy.onFinish?.(run);
  }
}

/** The same for a request that nobody sends: what each `authenticate` would say, and why. */
export class ExplainedClaims implements KnownClaims {
  private readonly runtime: Runtime;
  private readonly facts: RequestFacts;
  private readonly reasons = new Map<number, string>();
  private readonly known = new Map<number, Claims | null>();

  constructor(runtime: Runtime, facts: RequestFacts) {
    this.runtime = runtime;
    this.facts = facts;
  }

  get(route: number): Claims | null | undefined {
    return this.known.get(route);
  }

  why(route: number): string | undefined {
    return this.reasons.get(route);
  }

  /** Asks until no route's claims are missing; `match` with this says the rest. */
  settle(): void {
    for (;;) {
      const found = this.runtime.router.match(this.facts, undefined, this);
      if (found.kind !== "needs-authenticate") return;
      this.explain(found.route);
    }
  }

  private explain(route: number): void {
    const plan = this.runtime.plans[route];
    const policy = plan?.policies.find(({ slot }) => slot === "authenticate")?.policy;
    this.known.set(route, null);
    if (plan === undefined || policy === undefined) {
      this.reasons.set(route, "it has no authenticate");
      return;
    }
    const run = new PolicyRun();
    run.begin({ request: this.facts, requestId: "", plan });
    const { verdict, reason } = policy.explain(run);
    if (verdict === "pass") this.known.set(route, claimsOf(run));
    this.reasons.set(route, reason);
  }
}

/** Callers who are known by something else than a token have no claims that a route could ask for. */
function claimsOf({ principal }: PolicyRun): Claims | null {
  return principal === undefined || Object.keys(principal.claims).length === 0 ? null : principal.claims;
}
