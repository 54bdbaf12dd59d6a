import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Millis } from "../../shared/clock.ts";

/** As long as a timer of Node's can run. */
const LONGEST: Millis = 2 ** 31 - 1;

/** Requests that are held back until it is their turn. */
export class WaitingRoom {
  private readonly waiting = new Map<PolicyExchange, { readonly timer: NodeJS.Timeout; readonly go: () => void }>();

  /** Resolves when the time is over, or as soon as the request is. */
  hold(exchange: PolicyExchange, ms: Millis): Promise<undefined> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.waiting.delete(exchange);
        resolve(undefined);
      };
      this.waiting.set(exchange, { timer: setTimeout(go, Math.min(Math.ceil(ms), LONGEST)), go });
    });
  }

  /** The request is over: it waits no more. */
  leave(exchange: PolicyExchange): void {
    if (this.waiting.size === 0) return;
    const held = this.waiting.get(exchange);
    if (held === undefined) return;
    clearTimeout(held.timer);
    held.go();
  }

  get size(): number {
    return this.waiting.size;
  }
}
