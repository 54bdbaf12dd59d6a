import type { InternalPurpose } from "../../exchange/finished-exchange.ts";
import type { Principal } from "../../exchange/principal.ts";
import type { EndpointFailure } from "../../http/endpoint/receiver.ts";
import { ExchangePool } from "../../http/exchange/exchange-pool.ts";
import type { ExchangeHandler } from "../../http/exchange/handler.ts";
import type { HttpExchange } from "../../http/exchange/http-exchange.ts";
import type { RequestRewrite } from "../../http/exchange/request-head.ts";
import type { MessageHead } from "../../http/head/message-head.ts";
import { InternalCall, type InternalRequest, type InternalResult } from "../../http/internal/internal-call.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import { backgroundTimers } from "../../shared/timers.ts";
import type { RouteMatch } from "../../routing/match-result.ts";
import { hashKey } from "../hash-key.ts";
import type { Marks } from "../marks.ts";
import type { ForwardPlan } from "../route-plan.ts";
import { exchangeHead } from "../towards-client/exchange-head.ts";

type Exchange = HttpExchange<Marks>;

/** What takes an exchange to an endpoint, whoever's it is: the dispatcher. */
export interface Carriage
  extends Pick<ExchangeHandler<Marks>, "clock" | "wallClock" | "createMarks" | "onTryFailed" | "onTimeout" | "onBug"> {
  onResponse(exchange: Exchange, status: number): boolean;
  /** To an endpoint of the plan's service; its marks are fresh. */
  carry(exchange: Exchange, plan: ForwardPlan, key: string | undefined, rewrite: RequestRewrite | undefined): void;
  /** It is over: lets go of its endpoint. */
  settle(exchange: Exchange): void;
  /** Tells whoever counts. */
  tellFinished(exchange: Exchange): void;
}

/** A request of the gateway's own, and where it goes. */
export interface InternalTask {
  readonly purpose: InternalPurpose;
  /** A service without policies, on account of a route. */
  readonly plan: ForwardPlan;
  readonly request: InternalRequest;
  readonly rewrite?: RequestRewrite | undefined;
  /** Where the response is for a client: by what its request was routed. */
  readonly match?: RouteMatch | undefined;
  /** On whose behalf, for algorithms that hash the caller. */
  readonly principal?: Principal | undefined;
}

/**
 * The requests that the gateway makes itself. Each is an exchange like any other, so that balancing, retries, waiting for
 * services that start, timeouts and health are the same; it is not counted among the clients' requests.
 */
export class InternalCalls implements ExchangeHandler<Marks> {
  readonly timers = backgroundTimers;
  private readonly carriage: Carriage;
  private readonly exchanges = new ExchangePool<Marks>(this);
  private readonly calls = new Set<InternalCall<Marks>>();
  private readonly counts: Record<InternalPurpose, number> = { part: 0, mirror: 0, revalidation: 0 };
  private closed = false;

  constructor(carriage: Carriage) {
    this.carriage = carriage;
  }

  get clock(): Clock {
    return this.carriage.clock;
  }

  get wallClock(): Clock {
    return this.carriage.wallClock;
  }

  /** How many of a kind are in progress. */
  countOf(purpose: InternalPurpose): number {
    return this.counts[purpose];
  }

  createMarks(): Marks {
    return this.carriage.createMarks();
  }

  /**
   * Sends a request. `onDone` is called exactly once, with its response or with why there is none: perhaps before this
   * returns, and in the middle of the endpoint's work, so that it must not throw.
   */
  send(task: InternalTask, onDone: (result: InternalResult) => void): InternalCall<Marks> {
    const exchange = this.exchanges.take();
    const call = new InternalCall(exchange, task.request, (result, done) => {
      this.calls.delete(done);
      this.counts[task.purpose]--;
      this.exchanges.giveBack(exchange);
      onDone(result);
    });
    exchange.marks.reset();
    if (this.closed || !call.begin(this.clock.now())) {
      this.exchanges.giveBack(exchange);
      onDone(this.closed ? CLOSED : UNUSABLE);
      return call;
    }
    const { plan, purpose, rewrite, principal, match } = task;
    exchange.marks.match = match;
    this.calls.add(call);
    this.counts[purpose]++;
    exchange.internal = purpose;
    exchange.routeName = plan.name;
    this.carriage.carry(exchange, plan, hashKey(plan.service.upstream.key, exchange.view, principal), rewrite);
    return call;
  }

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    for (const call of [...this.calls]) call.sweep(now);
  }

  /** Ends all of them, and begins no more. */
  close(): void {
    this.closed = true;
    for (const call of [...this.calls]) call.cancel();
  }

  /** Nobody else gives it requests. */
  onRequest(): void {}

  onRefused(): void {}

  onTryFailed(exchange: Exchange, failure: EndpointFailure): void {
    this.carriage.onTryFailed(exchange, failure);
  }

  onResponse(exchange: Exchange, status: number): boolean {
    return this.carriage.onResponse(exchange, status);
  }

  towardsClient(exchange: Exchange, head: MessageHead): MessageHead {
    return exchangeHead(exchange, head);
  }

  onTimeout(exchange: Exchange): void {
    this.carriage.onTimeout(exchange);
  }

  onBug(exchange: Exchange, error: unknown): void {
    this.carriage.onBug(exchange, error);
  }

  onFinish(exchange: Exchange): void {
    this.carriage.settle(exchange);
    this.carriage.tellFinished(exchange);
  }
}

const NOTHING = { kind: "failure", code: undefined, endpoint: undefined, durationMs: 0 } as const;
const CLOSED: InternalResult = { ...NOTHING, reason: "cancelled" };
const UNUSABLE: InternalResult = { ...NOTHING, reason: "unusable" };
