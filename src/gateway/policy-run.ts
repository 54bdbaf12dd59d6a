import type { Answer, Fields } from "../exchange/answer.ts";
import type { CollectedResponse } from "../exchange/collected-response.ts";
import type { PolicyExchange } from "../exchange/policy-exchange.ts";
import type { Principal } from "../exchange/principal.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";
import { removeParameters } from "../routing/query.ts";
import type { Policy, Verdict } from "../policies/policy.ts";
import { endpointPath } from "./endpoint-path.ts";
import { RequestFieldEditList } from "./request-field-edits.ts";
import { type ForwardPlan, type RoutePlan, type SplitPlan, wayOf } from "./route-plan.ts";
import type { PlacedPolicy } from "./route-policies.ts";

/** What a route's `authenticate` has said before it was the route's turn: it need not be asked again. */
export interface Rehearsal {
  readonly policy: Policy;
  readonly run: PolicyRun;
  readonly verdict: Verdict;
}

/** What a run asks of the exchange it is of. */
export interface RunCarrier {
  readonly hasBody: boolean;
  collectBody(limit: number): Promise<Uint8Array | undefined>;
  replaceBody(bytes: Uint8Array): void;
}

/** Sends a request once more, for the gateway's own use: see `PolicyExchange.sendAgain`. */
export type SendAgain = (run: PolicyRun, fields: Fields, limit: number) => Promise<CollectedResponse | undefined>;

/** Of a request that nobody sends. */
const NO_CARRIER: RunCarrier = {
  hasBody: false,
  collectBody: async () => new Uint8Array(),
  replaceBody: () => {},
};

/** What a run is about. */
export interface RunSubject {
  /** Nothing but these facts is kept of the request, and only until it is over. */
  readonly request: RequestFacts;
  readonly requestId: string;
  readonly plan: RoutePlan;
  /** Absent where the route is not known yet. */
  readonly match?: RouteMatch | undefined;
  readonly carrier?: RunCarrier | undefined;
  readonly sendAgain?: SendAgain | undefined;
  readonly rehearsal?: Rehearsal | undefined;
  readonly givenBody?: Uint8Array | undefined;
  /** Changes to the response that were there before any policy was asked. */
  readonly responseFields?: FieldEditList | undefined;
}

const NO_CAPTURES: Readonly<Record<string, string>> = Object.freeze({});

/** One request passing a route's policies. Used again for later requests. */
export class PolicyRun implements PolicyExchange {
  request!: RequestFacts;
  requestId = "";
  routeName = "";
  serviceName: string | undefined;
  principal: Principal | undefined;
  challenges: Fields | undefined;
  readonly requestFields = new RequestFieldEditList();
  readonly responseFields = new FieldEditList();
  query = "";
  givenBody: Uint8Array | undefined;
  private plan!: RoutePlan;
  private match: RouteMatch | undefined;
  private picked: ForwardPlan | undefined;
  private carrier: RunCarrier = NO_CARRIER;
  private again: SendAgain | undefined;
  private policies: readonly PlacedPolicy[] = [];
  /** How many of the policies have seen the request. */
  private entered = 0;
  private over = false;
  /** The last of those who have seen it has answered. */
  private answered = false;
  /** Of the policy that was asked before, to find the route. */
  private rehearsal: Rehearsal | undefined;

  begin(subject: RunSubject): void {
    const { request, requestId, plan, match, carrier, sendAgain, rehearsal, givenBody, responseFields } = subject;
    this.request = request;
    this.requestId = requestId;
    this.routeName = plan.name;
    this.serviceName = plan.kind === "forward" ? plan.service.name : undefined;
    this.principal = this.challenges = undefined;
    this.requestFields.reset();
    this.responseFields.reset();
    if (responseFields !== undefined) this.responseFields.takeOver(responseFields);
    this.query = request.query;
    this.plan = plan;
    this.match = match;
    this.picked = undefined;
    this.carrier = carrier ?? NO_CARRIER;
    this.again = sendAgain;
    this.givenBody = givenBody;
    this.policies = plan.policies;
    this.rehearsal = rehearsal;
    this.entered = 0;
    this.over = this.answered = false;
  }

  /** Taken from the path when first asked for. */
  get captures(): Readonly<Record<string, string>> {
    return this.match?.captures ?? NO_CAPTURES;
  }

  get version(): string | undefined {
    return this.match?.version?.name;
  }

  get pickedService(): string | undefined {
    return this.plan.kind === "split" ? this.way(this.plan).service.name : undefined;
  }

  /** Where the request goes: of a split, to the service that was picked when this was asked first. */
  way(plan: ForwardPlan | SplitPlan): ForwardPlan {
    this.picked ??= wayOf(plan, this.request, this.principal);
    return this.picked;
  }

  get endpointPath(): string {
    const { path } = this.request;
    return this.match === undefined ? path : endpointPath(this.plan, path, this.match);
  }

  removeQuery(name: string): void {
    this.query = removeParameters(this.query, [name]);
  }

  get hasBody(): boolean {
    return this.givenBody !== undefined || this.carrier.hasBody;
  }

  body(limit: number): Promise<Uint8Array | undefined> {
    return this.carrier.collectBody(limit);
  }

  replaceBody(bytes: Uint8Array): void {
    this.carrier.replaceBody(bytes);
  }

  sendAgain(fields: Fields, limit: number): Promise<CollectedResponse | undefined> {
    return this.again?.(this, fields, limit) ?? Promise.resolve(undefined);
  }

  /** How many of the policies, from the first, a response passes: all that let the request go on. */
  get passed(): number {
    return this.answered ? this.entered - 1 : this.entered;
  }

  /** Does any of those look at the response? */
  get shapesResponse(): boolean {
    const { policies, passed } = this;
    for (let i = 0; i < passed; i++) if ((policies[i] as PlacedPolicy).policy.onResponse !== undefined) return true;
    return false;
  }

  /** Asks the policies in their order until one answers. A promise only where one has to be waited for. */
  screen(): Verdict | Promise<Verdict> {
    const { policies } = this;
    while (this.entered < policies.length) {
      const { policy } = policies[this.entered++] as PlacedPolicy;
      const verdict = policy === this.rehearsal?.policy ? this.takeOver(this.rehearsal) : policy.onRequest?.(this);
      if (verdict === undefined) continue;
      if (verdict instanceof Promise) return this.goOn(verdict);
      this.answered = true;
      return verdict;
    }
    return undefined;
  }

  /** What the policy has said and done when it was asked for the request's claims. */
  private takeOver({ run, verdict }: Rehearsal): Verdict {
    this.principal = run.principal;
    this.challenges = run.challenges;
    this.requestFields.takeOver(run.requestFields);
    this.responseFields.takeOver(run.responseFields);
    this.query = run.query;
    return verdict;
  }

  private async goOn(pending: Promise<Verdict>): Promise<Answer | undefined> {
    const verdict = await pending;
    if (verdict !== undefined) {
      this.answered = true;
      return verdict;
    }
    // The client may have gone meanwhile: then nobody is asked any more.
    return this.over ? undefined : this.screen();
  }

  /** The exchange is over: tells every policy that has seen it, the last one first. */
  finish(): void {
    const { policies } = this;
    this.over = true;
    while (this.entered > 0) (policies[--this.entered] as PlacedPolicy).policy.onFinish?.(this);
  }
}
