import type { Answer, ProblemAnswer } from "../../exchange/answer.ts";
import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import { definePolicy, type Explanation, type Policy, type Verdict } from "../policy.ts";
import { challengeFields } from "./challenge.ts";
import type { AuthMethod, Finding, Proof, Refusal, Reply, Unknown } from "./method.ts";
import { createMethod } from "./methods/index.ts";
import { authenticateSchema } from "./schema.ts";
import { AUTHORIZATION } from "./sources.ts";
import { createStrip, type Strip } from "./strip.ts";

/** Lets a caller in whom any one of the methods knows, and tells the endpoint who it is. */
export const authenticate = definePolicy({
  name: "authenticate",
  schema: authenticateSchema,
  docs: "Who is calling: any one of the methods lets in.",
  create(options, deps) {
    const methods = options.flatMap((method) => createMethod(method, deps) ?? []);
    return new Authenticate(methods, methods.length < options.length);
  },
});

/** Nobody waits for an answer any more: no other method is asked. */
const GONE = Symbol("the client has gone");

/** What a method has against the caller, or would answer in place of the endpoint. */
interface Refused {
  readonly refusal: Refusal | Reply;
  readonly by: AuthMethod;
}

class Authenticate implements Policy {
  private readonly methods: readonly AuthMethod[];
  private readonly anonymous: boolean;
  /** By method: what is taken out of the request when that method has let it in. */
  private readonly strips: readonly Strip[];
  private readonly missing: ProblemAnswer;
  /** Exchanges that wait for a method. */
  private readonly waiting = new Map<PolicyExchange, AuthMethod>();

  /** There only if a method has paths of its own. */
  readonly onReserved?: (exchange: PolicyExchange) => Verdict | Promise<Verdict>;

  constructor(methods: readonly AuthMethod[], anonymous: boolean) {
    this.methods = methods;
    this.anonymous = anonymous;
    this.strips = methods.map((method) => createStrip(strippedFor(method, methods)));
    const fields = challengeFields(methods);
    this.missing = {
      kind: "problem",
      code: "GW0502",
      detail: "The request carries no credential that is taken.",
      fields,
    };
    if (methods.some((method) => method.onReserved !== undefined)) {
      this.onReserved = (exchange) => this.askReserved(exchange, 0);
    }
  }

  onRequest(exchange: PolicyExchange): Verdict | Promise<Verdict> {
    return this.ask(exchange, 0, undefined);
  }

  /** Asks the methods from `next` on. */
  private ask(exchange: PolicyExchange, next: number, refused: Refused | undefined): Verdict | Promise<Verdict> {
    let worst = refused;
    for (let i = next; i < this.methods.length; i++) {
      const by = this.methods[i] as AuthMethod;
      const finding = by.authenticate(exchange);
      if (finding === undefined) continue;
      if (finding instanceof Promise) return this.goOn(exchange, i, worst, finding);
      if (finding.kind === "proof") return this.admit(exchange, i, finding);
      worst = worse(worst, { refusal: finding, by });
      if (isFinal(finding)) break;
    }
    return this.turnAway(exchange, worst);
  }

  private async goOn(
    exchange: PolicyExchange,
    at: number,
    refused: Refused | undefined,
    pending: Promise<Finding>,
  ): Promise<Verdict> {
    const finding = await this.waitFor(exchange, at, pending);
    if (finding === GONE) return undefined;
    if (finding === undefined) return this.ask(exchange, at + 1, refused);
    if (finding.kind === "proof") return this.admit(exchange, at, finding);
    const worst = worse(refused, { refusal: finding, by: this.methods[at] as AuthMethod });
    return isFinal(finding) ? this.turnAway(exchange, worst) : this.ask(exchange, at + 1, worst);
  }

  private async waitFor(
    exchange: PolicyExchange,
    at: number,
    pending: Promise<Finding>,
  ): Promise<Finding | typeof GONE> {
    this.waiting.set(exchange, this.methods[at] as AuthMethod);
    try {
      const finding = await pending;
      return this.waiting.has(exchange) ? finding : GONE;
    } finally {
      this.waiting.delete(exchange);
    }
  }

  onFinish(exchange: PolicyExchange): void {
    if (this.waiting.size === 0) return;
    const by = this.waiting.get(exchange);
    if (by === undefined) return;
    this.waiting.delete(exchange);
    by.abandon?.(exchange);
  }

  private admit(exchange: PolicyExchange, method: number, { principal, fields }: Proof): undefined {
    exchange.principal = principal;
    (this.strips[method] as Strip)(exchange);
    exchange.requestFields.appendAll(fields);
  }

  /** Nobody knows the caller. */
  private turnAway(exchange: PolicyExchange, refused: Refused | undefined): Verdict | Promise<Verdict> {
    if (refused !== undefined) return this.answerTo(refused);
    if (this.isClaimed(exchange)) return this.missing;
    if (this.anonymous) {
      exchange.challenges = this.missing.fields;
      return undefined;
    }
    return this.inviting(exchange)?.invite?.(exchange) ?? this.missing;
  }

  /** The first method that would lead a caller without any credential to one. */
  private inviting(exchange: PolicyExchange): AuthMethod | undefined {
    return this.methods.find((method) => method.invitation?.(exchange) !== undefined);
  }

  private askReserved(exchange: PolicyExchange, next: number): Verdict | Promise<Verdict> {
    for (let i = next; i < this.methods.length; i++) {
      const verdict = (this.methods[i] as AuthMethod).onReserved?.(exchange);
      if (verdict instanceof Promise) return verdict.then((settled) => settled ?? this.askReserved(exchange, i + 1));
      if (verdict !== undefined) return verdict;
    }
    return undefined;
  }

  /** An Authorization field of another scheme is a credential, though none that is taken. */
  private isClaimed({ request }: PolicyExchange): boolean {
    return request.headers.has(AUTHORIZATION.name) && this.methods.some(readsAuthorization);
  }

  private answerTo({ refusal, by }: Refused): Answer {
    if (refusal.kind === "reply") return refusal.answer;
    const { code, reason, retryAfterSeconds } = refusal;
    const detail = `${reason.charAt(0).toUpperCase()}${reason.slice(1)}.`;
    const retry = retryAfterSeconds === undefined ? [] : [["retry-after", String(retryAfterSeconds)] as const];
    const challenges = code === "GW0503" || code === "GW0505" ? challengeFields(this.methods, { refusal, by }) : [];
    return { kind: "problem", code, detail, fields: [...challenges, ...retry] };
  }

  explain(exchange: PolicyExchange): Explanation {
    let worst: Refused | undefined;
    let unknown: Unknown | undefined;
    for (const [i, by] of this.methods.entries()) {
      const finding = by.explain(exchange);
      if (finding === undefined) continue;
      if (finding.kind === "unknown") unknown ??= { ...finding, reason: `${by.name}: ${finding.reason}` };
      else if (finding.kind !== "proof") worst = worse(worst, { refusal: finding, by });
      else if (unknown === undefined) {
        this.admit(exchange, i, finding);
        return { verdict: "pass", reason: `${by.name} lets ${describe(finding)} in` };
      }
      if (worst !== undefined && isFinal(worst.refusal)) break;
    }
    if (unknown !== undefined) return { verdict: "unknown", reason: unknown.reason };
    if (worst !== undefined) {
      return { verdict: "reject", reason: `${worst.by.name}: ${worst.refusal.reason}`, answer: this.answerTo(worst) };
    }
    return this.explainMissing(exchange);
  }

  /** What a request without any credential of the methods gets. */
  private explainMissing(exchange: PolicyExchange): Explanation {
    const isClaimed = this.isClaimed(exchange);
    if (this.anonymous && !isClaimed) {
      exchange.challenges = this.missing.fields;
      return { verdict: "pass", reason: "anonymous: the request carries no credential" };
    }
    const by = isClaimed ? undefined : this.inviting(exchange);
    if (by === undefined) {
      return { verdict: "reject", reason: "the request carries no credential that is taken", answer: this.missing };
    }
    return { verdict: "respond", reason: `${by.name}: ${by.invitation?.(exchange)}`, answer: INVITED };
  }

  close(): void {
    for (const method of this.methods) method.close?.();
  }
}

/** What an invitation is, as far as that is known before it is made. */
const INVITED: Answer = { kind: "response", status: 302, fields: [], body: "" };

/** All credentials of all methods, so that what nobody looked at does not go on, but those that the method forwards. */
function strippedFor(method: AuthMethod, methods: readonly AuthMethod[]) {
  const kept = method.forward ? method.sources : [];
  return methods
    .flatMap(({ sources }) => sources)
    .filter((source) => !kept.some((other) => other.in === source.in && other.name === source.name));
}

function readsAuthorization({ sources }: AuthMethod): boolean {
  return sources.some((source) => source.in === AUTHORIZATION.in && source.name === AUTHORIZATION.name);
}

/** After these no other method is asked: what the request means is not clear, or the client has to slow down. */
function isFinal(refusal: Refusal | Reply): boolean {
  return weightOf(refusal) === 3;
}

/** Of two that are alike the first counts. */
function worse(known: Refused | undefined, next: Refused): Refused {
  return known !== undefined && weightOf(next.refusal) <= weightOf(known.refusal) ? known : next;
}

/**
 * What cannot be checked now might have let in: that counts before what is wrong for certain. Another server's own answer,
 * which may lead to a login, says more than that.
 */
function weightOf(refusal: Refusal | Reply): number {
  if (refusal.kind === "reply") return 1;
  if (refusal.code === "GW0503") return 0;
  return refusal.code === "GW0508" ? 2 : 3;
}

function describe({ principal }: Proof): string {
  return principal.consumer === undefined
    ? `subject ${JSON.stringify(principal.id)}`
    : `consumer ${principal.consumer}`;
}
