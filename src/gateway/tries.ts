import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import type { EndpointFailure } from "../http/endpoint/receiver.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import { FieldEditList } from "../http/head/field-edit-list.ts";
import type { RequestRewrite } from "../http/exchange/request-head.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { ErrorCode } from "../shared/errors/gateway-error.ts";
import type { Timers } from "../shared/timers.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import { respondProblem } from "./answers.ts";
import { Hedging, type ReleaseSecond } from "./hedging.ts";
import { Holding } from "./holding.ts";
import type { Marks } from "./marks.ts";
import type { ForwardPlan } from "./route-plan.ts";
import { ServiceQueue } from "./service-queue.ts";
import type { StickySessions } from "./sticky.ts";

type Exchange = HttpExchange<Marks>;

/** What becomes of exchanges at endpoints: one try, and another one elsewhere if that is safe. */
export class Tries {
  readonly holding = new Holding();
  private readonly queue = new ServiceQueue((exchange, plan) => this.next(exchange, plan, this.clock.now()));
  private readonly clock: Clock;
  private readonly hedging: Hedging;

  constructor(clock: Clock, timers: Timers) {
    this.clock = clock;
    this.hedging = new Hedging(clock, timers, this.releaseSecond);
  }

  /** An endpoint that is not the one of the present try. */
  private readonly releaseSecond: ReleaseSecond = (exchange, endpoint, outcome, since, epoch, reason) => {
    const { plan } = exchange.marks;
    const now = this.clock.now();
    // It took as long at the least.
    const waited = outcome === "cancelled" ? now - since : -1;
    plan?.service.hedge?.record(waited, now);
    plan?.service.upstream.release(endpoint, outcome, waited, reason, now, epoch);
  };

  /** Sends an exchange to an endpoint of a service. */
  begin(exchange: Exchange, plan: ForwardPlan, key: string | undefined, rewrite: RequestRewrite | undefined): void {
    const { marks } = exchange;
    marks.plan = plan;
    marks.key = exchange.hashKey = key;
    marks.rewrite = rewrite;
    exchange.serviceName = plan.service.name;
    const { sticky } = plan.service;
    if (sticky !== undefined && exchange.internal === undefined) {
      marks.hold = sticky.read(exchange.view.headers, exchange.startedAt);
    }
    // Where policies had to be waited for, time has passed.
    const now = exchange.singleUse ? this.clock.now() : exchange.begunAt;
    const { admission } = plan.service.upstream;
    if (admission === undefined || this.queue.enter(exchange, plan, admission, now)) this.next(exchange, plan, now);
  }

  /** @param now on the clock, read in this very turn */
  private next(exchange: Exchange, plan: ForwardPlan, now: Millis): void {
    const { marks } = exchange;
    if (plan.service.starting && plan.service.holdMs > 0) return this.holding.hold(exchange, plan.service, now);
    const { upstream } = plan.service;
    const first = marks.tried.length === 0;
    const held = first && marks.hold !== undefined ? upstream.acquireOnly(marks.hold.endpoint, now) : undefined;
    const endpoint = held ?? upstream.acquire(marks.key, first ? undefined : marks.tried, now);
    if (endpoint === undefined) return this.refuse(exchange, plan, now);
    marks.endpoint = endpoint;
    marks.epoch = upstream.breaker?.epoch;
    exchange.endpointId = endpoint.id;
    exchange.sticky = held !== undefined;
    exchange.othersInFlight = endpoint.candidate.inFlight - 1;
    if (marks.admission !== undefined) plan.service.makeRoom(endpoint.attached);
    if (endpoint.attached.upgrades && exchange.wantsUpgrade)
      exchange.upgrade(endpoint.attached, plan.timeouts, marks.rewrite, now);
    else {
      exchange.forward(endpoint.attached, plan.timeouts, marks.rewrite, now);
      if (plan.service.hedge !== undefined) this.hedging.plan(exchange, plan);
    }
  }

  /** No endpoint was to be had. */
  private refuse(exchange: Exchange, plan: ForwardPlan, now: Millis): void {
    const { name, upstream } = plan.service;
    const { breaker } = upstream;
    if (breaker === undefined || breaker.phase === "closed") {
      return respondProblem(exchange, "GW0302", { detail: `Service ${name} has no endpoint to use.` });
    }
    const seconds = Math.max(1, Math.ceil(breaker.wait(now) / 1000));
    const detail = `Too many requests to service ${name} failed; some are let through again in ${seconds} s.`;
    respondProblem(exchange, "GW0312", { detail, fields: [["retry-after", String(seconds)]] });
  }

  /** A try has failed, and nothing has been sent to the client: another one, or an answer. */
  failed(exchange: Exchange, failure: EndpointFailure): void {
    const { marks } = exchange;
    const { plan, endpoint } = marks;
    if (plan === undefined || endpoint === undefined) return respondProblem(exchange, "GW0499");
    this.release(exchange, endpoint, failure.outcome, failure.detail);
    if (this.hedging.leaveToSecond(exchange)) return;
    // What nobody has begun with is as good as not sent, as long as all of it is still here.
    const nothingSent =
      failure.outcome === "connect-failure" || (failure.unprocessed === true && exchange.body.replayable);
    const again = this.tryAgain(exchange, plan, {
      outcome: failure.outcome,
      // To the client it would be a 502 (RFC 9110 section 15.6.3): who has those tried again means this one, too.
      ...(failure.reason === "protocol" ? { status: 502 } : {}),
      connectionReused: failure.reused,
      bytesSent: nothingSent ? 0 : 1,
      bytesReceived: failure.nothingCame ? 0 : 1,
    });
    if (!again) respondProblem(exchange, codeOf(failure), { detail: `${endpoint.id}: ${failure.detail}.` });
  }

  /**
   * An endpoint has answered, and nothing has been sent to the client.
   * @returns false if another answer is wanted: it is being asked for
   */
  isWanted(exchange: Exchange, status: number): boolean {
    const { plan, endpoint } = exchange.marks;
    if (plan === undefined || endpoint === undefined) return true;
    if (plan.service.upstream.retry.concerns(status) && this.wantsAnother(exchange, plan, endpoint, status))
      return false;
    if (plan.service.hedge !== undefined) this.hedging.end(exchange);
    if (plan.service.sticky !== undefined) holdClient(exchange, plan.service.sticky, endpoint.id);
    return true;
  }

  private wantsAnother(
    exchange: Exchange,
    plan: ForwardPlan,
    endpoint: LiveEndpoint<EndpointPool>,
    status: number,
  ): boolean {
    const facts = { outcome: "error" as const, status, connectionReused: false, bytesSent: 1, bytesReceived: 1 };
    const decision = plan.service.upstream.retry.decide(this.retryFacts(exchange, facts), true);
    if (!decision.retry) return false;
    this.release(exchange, endpoint, "error", `answered ${status}`);
    if (!this.hedging.leaveToSecond(exchange)) this.later(exchange, plan, decision.delayMs);
    return true;
  }

  /** No response in time. */
  timedOut(exchange: Exchange): void {
    const { plan, endpoint } = exchange.marks;
    exchange.dropConnection();
    this.hedging.end(exchange);
    if (endpoint !== undefined) this.release(exchange, endpoint, "timeout", "no response in time");
    const within = plan === undefined ? "" : ` within ${plan.timeouts.request} ms`;
    respondProblem(exchange, "GW0304", {
      detail: `${exchange.endpointId ?? "The service"} sent no response${within}.`,
    });
  }

  /** An exchange is over: lets go of its endpoint. */
  settle(exchange: Exchange): void {
    const { endpoint } = exchange.marks;
    this.hedging.end(exchange);
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
    this.queue.leave(exchange);
    exchange.marks.plan = undefined;
  }

  /** One step of the coarse timer: what waits for a service that starts. */
  sweep(now: Millis): void {
    this.queue.sweep(now);
    const { ready, expired } = this.holding.sweep(now);
    for (const exchange of ready) {
      const { plan } = exchange.marks;
      if (plan !== undefined) this.next(exchange, plan, this.clock.now());
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
    if (decision.delayMs === 0) this.next(exchange, plan, this.clock.now());
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
      if (exchange.marks.generation === generation && exchange.undecided) this.next(exchange, plan, this.clock.now());
    }, delayMs);
  }

  /** The present try is of no use any more. */
  giveUp(exchange: Exchange): void {
    const { endpoint } = exchange.marks;
    this.hedging.end(exchange);
    if (endpoint !== undefined) this.release(exchange, endpoint, "cancelled", undefined);
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
    const service = marks.plan?.service;
    if (service?.hedge !== undefined) service.hedge.record(exchange.responseMs, now);
    service?.upstream.release(endpoint, outcome, exchange.responseMs, reason, now, marks.epoch);
    if (outcome !== "ok" && outcome !== "cancelled") marks.tried.push(endpoint.id);
  }
}

/** Says to the client where it belongs, unless it knows. */
function holdClient(exchange: Exchange, sticky: StickySessions, endpoint: string): void {
  const { hold } = exchange.marks;
  if (exchange.internal !== undefined || (hold?.endpoint === endpoint && !hold.renew)) return;
  // The list may be one that others share.
  const fields = exchange.marks.run?.responseFields ?? copyEdits(exchange.responseFields);
  fields.append("set-cookie", sticky.cookieFor(endpoint, exchange.startedAt, exchange.view.scheme === "https"));
  exchange.responseFields = fields;
}

function copyEdits(edits: FieldEditList | undefined): FieldEditList {
  const copy = new FieldEditList();
  if (edits !== undefined) copy.restore(edits.mark());
  return copy;
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
