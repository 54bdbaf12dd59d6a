import type { Answer } from "../exchange/answer.ts";
import type { FinishedExchange } from "../exchange/finished-exchange.ts";
import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import type { EndpointFailure } from "../http/endpoint/receiver.ts";
import type { ExchangeHandler } from "../http/exchange/handler.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { Refusal } from "../http/exchange/request-view.ts";
import type { RouteMatch } from "../routing/match-result.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import { respondAnswer, respondProblem } from "./answers.ts";
import { shapeResponse } from "./shape-response.ts";
import { unrouted } from "./unrouted.ts";
import { ClaimsSearch, type Decided } from "./claims-search.ts";
import { hashKey } from "./hash-key.ts";
import { Holding } from "./holding.ts";
import { Marks } from "./marks.ts";
import { redirectResponse } from "./redirect.ts";
import type { Rehearsal } from "./policy-run.ts";
import { reshape, UNUSABLE } from "./reshape.ts";
import { askReserved, isReserved } from "./reserved-paths.ts";
import { REWRITTEN_BADLY } from "./rewrite.ts";
import { type ForwardPlan, type RoutePlan, wayOf } from "./route-plan.ts";
import type { Runtime } from "./runtime.ts";

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
  readonly holding = new Holding();
  private readonly tellBug: (error: unknown, requestId: string) => void;
  private readonly onFinished: (exchange: FinishedExchange) => void;
  runtime: Runtime;
  /** Exchanges in progress. */
  inFlight = 0;

  constructor(runtime: Runtime, options: DispatcherOptions) {
    this.runtime = runtime;
    this.clock = options.clock;
    this.wallClock = options.wallClock;
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
    run.begin({ request, requestId, plan, match, carrier: exchange, rehearsal, responseFields });
    exchange.responseFields = run.responseFields;
    const verdict = run.screen();
    if (!(verdict instanceof Promise)) return this.obey(exchange, plan, match, verdict);
    this.whenSettled(exchange, verdict, (answer) => this.obey(exchange, plan, match, answer));
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
    const { marks } = exchange;
    const plan = wayOf(route, exchange.view, marks.run?.principal);
    marks.plan = plan;
    marks.key = hashKey(plan.service.upstream.key, exchange.view, marks.run?.principal);
    const reshaped = reshape(plan, exchange.view, match, marks.run);
    if (reshaped === UNUSABLE) return respondProblem(exchange, "GW0204", { detail: REWRITTEN_BADLY });
    marks.rewrite = reshaped;
    exchange.serviceName = plan.service.name;
    // Where policies had to be waited for, time has passed.
    this.tryNext(exchange, plan, exchange.singleUse ? this.clock.now() : exchange.begunAt);
  }

  /** @param now on the clock, read in this very turn */
  private tryNext(exchange: Exchange, plan: ForwardPlan, now: Millis): void {
    const { marks } = exchange;
    if (plan.service.starting && plan.service.holdMs > 0) return this.holding.hold(exchange, plan.service, now);
    const endpoint = plan.service.upstream.acquire(marks.key, marks.tried.length === 0 ? undefined : marks.tried, now);
    if (endpoint === undefined) {
      return respondProblem(exchange, "GW0302", { detail: `Service ${plan.service.name} has no endpoint to use.` });
    }
    marks.endpoint = endpoint;
    exchange.endpointId = endpoint.id;
    if (endpoint.attached.upgrades && exchange.wantsUpgrade)
      exchange.upgrade(endpoint.attached, plan.timeouts, marks.rewrite, now);
    else exchange.forward(endpoint.attached, plan.timeouts, marks.rewrite, now);
  }

  onRefused(exchange: Exchange, refusal: Refusal): void {
    if (!exchange.marks.counted) this.count(exchange);
    else this.giveUp(exchange, "cancelled");
    respondProblem(exchange, refusal.code, { detail: refusal.detail, publicDetail: true });
  }

  onTryFailed(exchange: Exchange, failure: EndpointFailure): void {
    const { marks } = exchange;
    const { plan, endpoint } = marks;
    if (plan === undefined || endpoint === undefined) return respondProblem(exchange, "GW0499");
    this.release(exchange, endpoint, failure.outcome, failure.detail);
    // What nobody has begun with is as good as not sent, as long as all of it is still here.
    const nothingSent =
      failure.outcome === "connect-failure" || (failure.unprocessed === true && exchange.body.replayable);
    const again = this.tryAgain(exchange, plan, {
      outcome: failure.outcome,
      connectionReused: failure.reused,
      bytesSent: nothingSent ? 0 : 1,
      bytesReceived: failure.nothingCame ? 0 : 1,
    });
    if (!again) respondProblem(exchange, codeOf(failure), { detail: `${endpoint.id}: ${failure.detail}.` });
  }

  onResponse(exchange: Exchange, status: number): boolean {
    const { plan, endpoint } = exchange.marks;
    if (plan === undefined || endpoint === undefined || !plan.service.upstream.retry.concerns(status)) return true;
    const facts = { outcome: "error" as const, status, connectionReused: false, bytesSent: 1, bytesReceived: 1 };
    const decision = plan.service.upstream.retry.decide(this.retryFacts(exchange, facts), true);
    if (!decision.retry) return true;
    this.release(exchange, endpoint, "error", `answered ${status}`);
    this.later(exchange, plan, decision.delayMs);
    return false;
  }

  onTimeout(exchange: Exchange): void {
    const { plan, endpoint } = exchange.marks;
    exchange.dropConnection();
    if (endpoint !== undefined) this.release(exchange, endpoint, "timeout", "no response in time");
    const within = plan === undefined ? "" : ` within ${plan.timeouts.request} ms`;
    respondProblem(exchange, "GW0304", {
      detail: `${exchange.endpointId ?? "The service"} sent no response${within}.`,
    });
  }

  onBug(exchange: Exchange, error: unknown): void {
    this.tellBug(error, exchange.requestId);
    exchange.code = "GW0499";
    if (exchange.responding) exchange.abandon();
    else respondProblem(exchange, "GW0499", { close: true });
  }

  onFinish(exchange: Exchange): void {
    this.inFlight--;
    const { endpoint } = exchange.marks;
    if (endpoint !== undefined) {
      const failed = exchange.outcome === "ok" && exchange.endpointStatus >= 500;
      this.release(
        exchange,
        endpoint,
        failed ? "error" : exchange.outcome,
        failed ? `answered ${exchange.endpointStatus}` : undefined,
        exchange.endedAt,
      );
    }
    exchange.marks.search?.end();
    exchange.marks.run?.finish();
    exchange.marks.plan = undefined;
    exchange.marks.counted = false;
    this.onFinished(exchange);
  }

  /** One step of the coarse timer: what waits for a service that starts. */
  sweep(now: Millis): void {
    const { ready, expired } = this.holding.sweep(now);
    for (const exchange of ready) {
      const { plan } = exchange.marks;
      if (plan !== undefined) this.tryNext(exchange, plan, this.clock.now());
    }
    for (const exchange of expired) {
      const service = exchange.marks.plan?.service;
      const detail = `${service?.name} was not ready within ${(service?.holdMs ?? 0) / 1000} s.`;
      respondProblem(exchange, "GW0309", { detail, fields: [["retry-after", "2"]] });
    }
  }

  /** @returns false if the request must not, or cannot, be sent again */
  private tryAgain(exchange: Exchange, plan: ForwardPlan, failure: TryFacts): boolean {
    const { upstream } = plan.service;
    const decision = upstream.retry.decide(this.retryFacts(exchange, failure), upstream.hasOther(exchange.marks.tried));
    if (!decision.retry) return false;
    if (decision.delayMs === 0) this.tryNext(exchange, plan, this.clock.now());
    else this.later(exchange, plan, decision.delayMs);
    return true;
  }

  private retryFacts(exchange: Exchange, failure: TryFacts) {
    return {
      ...failure,
      attempt: exchange.attempts - 1,
      method: exchange.view.method,
      bodyReplayable: exchange.body.replayable,
      responseForwarded: exchange.responding,
    };
  }

  private later(exchange: Exchange, plan: ForwardPlan, delayMs: Millis): void {
    const { generation } = exchange.marks;
    setTimeout(() => {
      if (exchange.marks.generation === generation && !exchange.over) this.tryNext(exchange, plan, this.clock.now());
    }, delayMs);
  }

  private count(exchange: Exchange): void {
    exchange.marks.reset();
    exchange.marks.counted = true;
    this.inFlight++;
  }

  private giveUp(exchange: Exchange, outcome: "cancelled"): void {
    const { endpoint } = exchange.marks;
    if (endpoint !== undefined) this.release(exchange, endpoint, outcome, undefined);
  }

  private release(
    exchange: Exchange,
    endpoint: LiveEndpoint<EndpointPool>,
    outcome: FailureOutcome,
    reason: string | undefined,
    now: Millis = this.clock.now(),
  ): void {
    const { marks } = exchange;
    marks.endpoint = undefined;
    marks.plan?.service.upstream.release(endpoint, outcome, exchange.responseMs, reason, now);
    if (outcome !== "ok" && outcome !== "cancelled") marks.tried.push(endpoint.id);
  }
}

type FailureOutcome = HttpExchange<Marks>["outcome"];

/** What the wire knows of a try that failed. */
interface TryFacts {
  readonly outcome: Exclude<FailureOutcome, "ok" | "cancelled">;
  readonly status?: number;
  readonly connectionReused: boolean;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

function codeOf(failure: EndpointFailure): ErrorCode {
  if (failure.reason === "dns") return "GW0308";
  if (failure.reason === "connect-timeout") return "GW0305";
  if (failure.reason === "protocol") return "GW0306";
  if (failure.reason === "certificate") return "GW0310";
  if (failure.reason === "tls") return "GW0311";
  return failure.outcome === "connect-failure" ? "GW0301" : "GW0303";
}
