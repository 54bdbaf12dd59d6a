import type { Answer } from "../exchange/answer.ts";
import type { PolicyExchange } from "../exchange/policy-exchange.ts";
import type { Principal } from "../exchange/principal.ts";
import type { RequestFacts } from "../exchange/request-facts.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";
import type { Verdict } from "../policies/policy.ts";
import type { RoutePlan } from "./route-plan.ts";
import type { PlacedPolicy } from "./route-policies.ts";

/** One request passing a route's policies. Used again for later requests. */
export class PolicyRun implements PolicyExchange {
  request!: RequestFacts;
  requestId = "";
  routeName = "";
  serviceName: string | undefined;
  principal: Principal | undefined;
  readonly requestFields = new FieldEditList();
  readonly responseFields = new FieldEditList();
  readonly removedQuery: string[] = [];
  private policies: readonly PlacedPolicy[] = [];
  /** How many of the policies have seen the request. */
  private entered = 0;
  private over = false;

  /** Nothing but the request's facts is kept of it, and only until it is over. */
  begin(request: RequestFacts, requestId: string, plan: RoutePlan): void {
    this.request = request;
    this.requestId = requestId;
    this.routeName = plan.name;
    this.serviceName = plan.kind === "forward" ? plan.service.name : undefined;
    this.principal = undefined;
    this.requestFields.reset();
    this.responseFields.reset();
    if (this.removedQuery.length > 0) this.removedQuery.length = 0;
    this.policies = plan.policies;
    this.entered = 0;
    this.over = false;
  }

  removeQuery(name: string): void {
    this.removedQuery.push(name);
  }

  /** Asks the policies in their order until one answers. A promise only where one has to be waited for. */
  screen(): Verdict | Promise<Verdict> {
    const { policies } = this;
    while (this.entered < policies.length) {
      const { policy } = policies[this.entered++] as PlacedPolicy;
      const verdict = policy.onRequest?.(this);
      if (verdict === undefined) continue;
      return verdict instanceof Promise ? this.goOn(verdict) : verdict;
    }
    return undefined;
  }

  private async goOn(pending: Promise<Verdict>): Promise<Answer | undefined> {
    const verdict = await pending;
    // The client may have gone meanwhile: then nobody is asked any more.
    return verdict ?? (this.over ? undefined : this.screen());
  }

  /** The exchange is over: tells every policy that has seen it, the last one first. */
  finish(): void {
    const { policies } = this;
    this.over = true;
    while (this.entered > 0) (policies[--this.entered] as PlacedPolicy).policy.onFinish?.(this);
  }
}
