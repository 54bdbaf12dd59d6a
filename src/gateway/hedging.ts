import type { EndpointPool } from "../http/endpoint/endpoint-pool.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { Clock, Millis } from "../shared/clock.ts";
import type { Timers } from "../shared/timers.ts";
import type { LiveEndpoint } from "../upstream/live-endpoint.ts";
import { isIdempotent } from "../upstream/retry-policy.ts";
import type { Marks } from "./marks.ts";
import type { ForwardPlan } from "./route-plan.ts";

type Exchange = HttpExchange<Marks>;

/** Takes back that an endpoint was acquired for a second try. */
export type ReleaseSecond = (
  exchange: Exchange,
  endpoint: LiveEndpoint<EndpointPool>,
  outcome: "cancelled" | "connect-failure" | "reset" | "error" | "timeout",
  /** When its try began, and the epoch of the service's breaker then. */
  since: Millis,
  epoch: number | undefined,
  reason?: string,
) => void;

/**
 * Second tries beside slow first ones: "The Tail at Scale" (Dean and Barroso, 2013). Only for requests that may be repeated,
 * each drawn from the service's retry budget, and never for a request that was tried before.
 */
export class Hedging {
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly release: ReleaseSecond;

  constructor(clock: Clock, timers: Timers, release: ReleaseSecond) {
    this.clock = clock;
    this.timers = timers;
    this.release = release;
  }

  /** The first try has begun. */
  plan(exchange: Exchange, plan: ForwardPlan): void {
    const { hedge, upstream } = plan.service;
    if (hedge === undefined || exchange.attempts > 1) return;
    if (!isIdempotent(exchange.method) && !upstream.retry.spec.nonIdempotent) return;
    const delay = hedge.at(this.clock.now());
    if (delay === undefined) return;
    const { generation } = exchange.marks;
    exchange.marks.stopHedge = this.timers.after(delay, () => {
      if (exchange.marks.generation === generation && !exchange.over) this.start(exchange, plan);
    });
  }

  private start(exchange: Exchange, plan: ForwardPlan): void {
    const { marks } = exchange;
    const { upstream } = plan.service;
    if (marks.endpoint === undefined || exchange.attempts > 1 || !exchange.canBeDoubled) return;
    const tried = [marks.endpoint.id];
    const now = this.clock.now();
    if (!upstream.hasOther(tried) || !upstream.retry.budget.tryWithdraw(now)) return;
    const endpoint = upstream.acquire(marks.key, tried, now);
    if (endpoint === undefined) return;
    // The first try may have begun in another one.
    const epoch = upstream.breaker?.epoch;
    if (endpoint === marks.endpoint) return this.release(exchange, endpoint, "cancelled", now, epoch);
    marks.second = endpoint;
    marks.secondAt = now;
    marks.secondEpoch = epoch;
    exchange.double(endpoint.attached, marks.rewrite, now, {
      onWon: () => this.won(exchange),
      onFailed: ({ outcome, detail }) => this.failed(exchange, outcome, detail),
    });
  }

  private won(exchange: Exchange): void {
    const { marks } = exchange;
    const { endpoint: loser, second, epoch } = marks;
    marks.endpoint = second;
    marks.epoch = marks.secondEpoch;
    marks.second = undefined;
    exchange.endpointId = second?.id;
    if (loser !== undefined) this.release(exchange, loser, "cancelled", exchange.tryStartedAt, epoch);
  }

  private failed(exchange: Exchange, outcome: Parameters<ReleaseSecond>[2], reason: string): void {
    const { second, secondAt, secondEpoch } = exchange.marks;
    exchange.marks.second = undefined;
    if (second !== undefined) this.release(exchange, second, outcome, secondAt, secondEpoch, reason);
  }

  /** The first try has failed. @returns whether the second one goes on in its place */
  leaveToSecond(exchange: Exchange): boolean {
    const { marks } = exchange;
    const { second } = marks;
    if (second === undefined || !exchange.leaveToSecond()) return false;
    marks.second = undefined;
    marks.endpoint = second;
    marks.epoch = marks.secondEpoch;
    exchange.endpointId = second.id;
    return true;
  }

  /** Nobody waits for a second try any more. */
  end(exchange: Exchange): void {
    const { marks } = exchange;
    marks.stopHedge?.();
    marks.stopHedge = undefined;
    const { second } = marks;
    marks.second = undefined;
    if (second !== undefined) this.release(exchange, second, "cancelled", marks.secondAt, marks.secondEpoch);
  }
}
