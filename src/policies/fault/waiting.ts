import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Timers } from "../../shared/timers.ts";

/** Requests that are held for a while; those whose client leaves are let go of at once. */
export class Waiting {
  private readonly timers: Timers;
  private readonly leave = new Map<PolicyExchange, () => void>();

  constructor(timers: Timers) {
    this.timers = timers;
  }

  get size(): number {
    return this.leave.size;
  }

  /** Resolves after `ms`, or when the exchange is over. */
  hold(exchange: PolicyExchange, ms: Millis): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.leave.delete(exchange);
        resolve();
      };
      const forget = this.timers.after(ms, go);
      this.leave.set(exchange, () => {
        forget();
        go();
      });
    });
  }

  /** The exchange is over. */
  release(exchange: PolicyExchange): void {
    if (this.leave.size > 0) this.leave.get(exchange)?.();
  }
}
