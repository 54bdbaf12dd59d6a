import type { Answer } from "../exchange/answer.ts";
import type { FinishedExchange } from "../exchange/finished-exchange.ts";
import type { EndpointFailure } from "../http/endpoint/receiver.ts";
import type { ExchangeHandler } from "../http/exchange/handler.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { MessageHead } from "../http/head/message-head.ts";
import type { Refusal } from "../http/exchange/request-view.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import { backgroundTimers } from "../shared/timers.ts";
import { respondAnswer, respondProblem } from "./answers.ts";
import { shapeResponse } from "./shape-response.ts";
import { unrouted } from "./unrouted.ts";
import { ClaimsSearch, type Decided } from "./claims-search.ts";
import { composeAgain, composeExchange } from "./compose/compose-exchange.ts";
import { hashKey } from "./hash-key.ts";
import { InternalCalls } from "./internal/internal-calls.ts";
import { sendAgain } from "./internal/send-again.ts";
import { Marks } from "./marks.ts";
import { copyToMirror, isMirrored } from "./mirror.ts";
import { redirectResponse } from "./redirect.ts";
import type { Rehearsal, SendAgain } from "./policy-run.ts";
import { reshape, UNUSABLE } from "./reshape.ts";
import { askReserved, isReserved } from "./reserved-paths.ts";
import { REWRITTEN_BADLY } from "./rewrite.ts";
import { type ForwardPlan, type RoutePlan, wayOf } from "./route-plan.ts";
import type { Runtime } from "./runtime.ts";
import { exchangeHead } from "./towards-client/exchange-head.ts";
import { Tries } from "./tries.ts";

export interface DispatcherOptions {
  readonly clock: Clock;
  readonly wallClock: Clock;
  /** Told of every exchange when it is over. The object is used again: take what is needed at once. */
  readonly onFinish: (exchange: FinishedExchange) => void;
  /** Told of what threw and must not; the exchange was ended for it. */
  readonly onBug?: ((error: unknown, requestId: string) => void) | undefined;
}

type Exchange = HttpExchange<Marks>;

/** The life of a request: routing, then an endpoint, then another one if that is safe. */
export class Dispatcher implements ExchangeHandler<Marks> {
  readonly clock: Clock;
  readonly wallClock: Clock;
  /** Requests of the gateway's own. */
  private readonly calls = new InternalCalls(this);
  /** What becomes of exchanges at endpoints. */
  readonly tries: Tries;
  private readonly tellBug: (error: unknown, requestId: string) => void;
  private readonly onFinished: (exchange: FinishedExchange) => void;
  runtime: Runtime;
  /** Exchanges in progress. */
  inFlight = 0;

  constructor(runtime: Runtime, options: DispatcherOptions) {
    this.runtime = runtime;
    this.clock = options.clock;
    this.wallClock = options.wallClock;
    this.tries = new Tries(options.clock, backgroundTimers);
    this.onFinished = options.onFinish;
    this.tellBug = options.onBug ?? (() => {});
  }

  createMarks(): Marks {
    return new Marks();
  }

  onRequest(exchange: Exchange): void {
    const { runtime } = this;
    this.count(exchange);
    if (this.inFlight > runtime.config.limits.requests) {
      return respondProblem(exchange, "GW0401", { fields: [["retry-after", "1"]] });
    }
    const { view } = exchange;
    if (view.isLastHop) return exchange.respond({ status: 204, fields: [], body: "" });
    if (runtime.reserved.length > 0 && isReserved(view.path)) return this.answerReserved(exchange, runtime);
    const found = runtime.router.match(view);
    if (found.kind === "needs-authenticate") this.searchByClaims(exchange);
    else this.route(exchange, found, runtime);
  }

  /** One of the gateway's own paths. */
  private answerReserved(exchange: Exchange, runtime: Runtime): void {
    const verdict = askReserved(runtime.reserved, exchange.view, exchange.requestId);
    if (!(verdict instanceof Promise)) return respondAnswer(exchange, verdict);
    this.whenSettled(exchange, verdict, (answer) => respondAnswer(exchange, answer));
  }

  /** Who is calling decides on the route. */
  private searchByClaims(exchange: Exchange): void {
    const { runtime } = this;
    const search = new ClaimsSearch(runtime, exchange.view, exchange.requestId);
    const found = search.match();
    if (!(found instanceof Promise)) return this.route(exchange, found, runtime, search);
    exchange.marks.search = search;
    this.whenSettled(exchange, found, (settled) => this.route(exchange, settled, runtime, search));
  }

  private route(exchange: Exchange, found: Decided, runtime: Runtime, search?: ClaimsSearch): void {
    const { view } = exchange;
    search?.end(found.kind === "route" ? found.route : undefined);
    if (runtime.versions !== undefined && "version" in found && found.version !== undefined)
      exchange.responseFields = runtime.versions.of(found.version);
    if (found.kind === "route") return this.follow(exchange, found, runtime.plans[found.route], search);
    if (view.path === "*") return exchange.respond({ status: 204, fields: [], body: "" });
    const { code, ...options } = unrouted(found, view);
    respondProblem(exchange, code, options);
  }

  private follow(exchange: Exchange, match: RouteMatch, plan: RoutePlan | undefined, search?: ClaimsSearch): void {
    if (plan === undefined) return respondProblem(exchange, "GW0499");
    exchange.routeName = plan.name;
    if (plan.policies.length > 0) this.screen(exchange, plan, match, search?.rehearsalOf(match.route));
    else this.act(exchange, plan, match);
  }

  /** Asks the route's policies. */
  private screen(exchange: Exchange, plan: RoutePlan, match: RouteMatch, rehearsal: Rehearsal | undefined): void {
    const run = exchange.marks.startRun();
    const { view: request, requestId, responseFields } = exchange;
    const again = plan.asksAgain ? this.againOf(exchange, plan, match) : undefined;
    run.begin({ request, requestId, plan, match, carrier: exchange, sendAgain: again, rehearsal, responseFields });
    exchange.responseFields = run.responseFields;
    const verdict = run.screen();
    if (!(verdict instanceof Promise)) return this.obey(exchange, plan, match, verdict);
    this.whenSettled(exchange, verdict, (answer) => this.obey(exchange, plan, match, answer));
  }

  /** Sends the exchange's request once more, for a policy that asks for it. */
  private againOf(exchange: Exchange, plan: RoutePlan, match: RouteMatch): SendAgain | undefined {
    if (plan.kind === "compose") return (run, _, limit) => composeAgain(exchange, plan, match, run, this.calls, limit);
    if (plan.kind !== "forward" && plan.kind !== "split") return undefined;
    return (run, fields, limit) => {
      return sendAgain(this.calls, exchange, run.way(plan), match, run, fields, limit);
    };
  }

  private whenSettled<T>(exchange: Exchange, pending: Promise<T>, goOn: (settled: T) => void): void {
    // Whoever waits may look at the request later: it must not have become another one by then.
    exchange.singleUse = true;
    pending
      .then((settled) => {
        if (!exchange.over) goOn(settled);
      })
      .catch((error: unknown) => {
        if (!exchange.over) this.onBug(exchange, error);
      });
  }

  private obey(exchange: Exchange, plan: RoutePlan, match: RouteMatch, answer: Answer | undefined): void {
    const { run } = exchange.marks;
    const principal = run?.principal;
    if (principal !== undefined) exchange.consumer = principal.consumer ?? principal.id;
    if (run?.shapesResponse) exchange.shaper = shapeResponse(exchange, plan, run);
    if (answer === undefined) this.act(exchange, plan, match);
    else respondAnswer(exchange, answer);
  }

  private act(exchange: Exchange, route: RoutePlan, match: RouteMatch): void {
    if (route.kind === "respond") return exchange.respond(route.response);
    if (route.kind === "redirect") return exchange.respond(redirectResponse(route, exchange.view));
    if (route.kind === "compose") return composeExchange(exchange, route, match, this.calls);
    const { marks } = exchange;
    const plan = marks.run?.way(route) ?? wayOf(route, exchange.view, undefined);
    const reshaped = reshape(plan, exchange.view, match, marks.run);
    if (reshaped === UNUSABLE) return respondProblem(exchange, "GW0204", { detail: REWRITTEN_BADLY });
    marks.match = match;
    if (route.mirror !== undefined && isMirrored(route.mirror, exchange)) marks.mirror = route.mirror;
    this.carry(exchange, plan, hashKey(plan.service.upstream.key, exchange.view, marks.run?.principal), reshaped);
    // Its own endpoint comes first.
    if (marks.mirror !== undefined) copyToMirror(exchange, marks.mirror, this.calls, false);
  }

  /** Ends the requests of the gateway's own. */
  close(): void {
    this.calls.close();
  }

  onRefused(exchange: Exchange, refusal: Refusal): void {
    if (!exchange.marks.counted) this.count(exchange);
    else this.tries.giveUp(exchange);
    respondProblem(exchange, refusal.code, { detail: refusal.detail, publicDetail: true });
  }

  onTryFailed(exchange: Exchange, failure: EndpointFailure): void {
    this.tries.failed(exchange, failure);
  }

  onResponse(exchange: Exchange, status: number): boolean {
    const { mirror } = exchange.marks;
    if (mirror !== undefined) copyToMirror(exchange, mirror, this.calls, false);
    return this.tries.isWanted(exchange, status);
  }

  towardsClient(exchange: Exchange, head: MessageHead): MessageHead {
    return exchangeHead(exchange, head);
  }

  onTimeout(exchange: Exchange): void {
    this.tries.timedOut(exchange);
  }

  onBug(exchange: Exchange, error: unknown): void {
    this.tellBug(error, exchange.requestId);
    exchange.code = "GW0499";
    if (exchange.responding) exchange.abandon();
    else respondProblem(exchange, "GW0499", { close: true });
  }

  onFinish(exchange: Exchange): void {
    this.inFlight--;
    const { mirror, composition, search, run } = exchange.marks;
    if (mirror !== undefined) copyToMirror(exchange, mirror, this.calls, true);
    composition?.cancel();
    this.settle(exchange);
    search?.end();
    run?.finish();
    exchange.marks.counted = false;
    this.tellFinished(exchange);
  }

  tellFinished(exchange: Exchange): void {
    this.onFinished(exchange);
  }

  /** Sends an exchange, whoever's it is, to an endpoint of a service. */
  carry(exchange: Exchange, plan: ForwardPlan, key: string | undefined, rewrite: RequestRewrite | undefined): void {
    this.tries.begin(exchange, plan, key, rewrite);
  }

  /** An exchange is over: lets go of its endpoint. */
  settle(exchange: Exchange): void {
    this.tries.settle(exchange);
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    this.calls.sweep(now);
    this.tries.sweep(now);
  }

  private count(exchange: Exchange): void {
    exchange.marks.reset();
    exchange.marks.counted = true;
    this.inFlight++;
  }
}
