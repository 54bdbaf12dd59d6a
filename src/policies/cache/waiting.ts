import type { PolicyExchange } from "../../exchange/policy-exchange.ts";
import type { Flight, Landing, Waiter } from "./flight.ts";

/** Requests of one route that wait for other ones, or that others wait for while it is looked elsewhere. */
export class Waiting {
  private readonly waiters = new Map<PolicyExchange, { readonly flight: Flight; readonly waiter: Waiter }>();
  /** Those that ask whether another gateway has stored what they want. */
  private readonly asking = new Map<PolicyExchange, Flight>();

  /** Resolves with what `land` makes of how the flight ended. */
  wait<T>(exchange: PolicyExchange, flight: Flight, land: (landing: Landing) => T | Promise<T>): Promise<T> {
    return new Promise((resolve) => {
      const waiter: Waiter = {
        settle: (landing) => {
          this.waiters.delete(exchange);
          resolve(land(landing));
        },
      };
      this.waiters.set(exchange, { flight, waiter });
      flight.wait(waiter);
    });
  }

  /**
   * Waits for `answer`, while others wait for this request.
   * @returns false if its client has gone meanwhile: then those others have been told so
   */
  async ask(exchange: PolicyExchange, flight: Flight, answer: Promise<void>): Promise<boolean> {
    this.asking.set(exchange, flight);
    await answer;
    return this.asking.delete(exchange);
  }

  /** A request is over. */
  leave(exchange: PolicyExchange): void {
    if (this.asking.size > 0) this.leaveAsking(exchange);
    if (this.waiters.size === 0) return;
    const held = this.waiters.get(exchange);
    if (held === undefined) return;
    this.waiters.delete(exchange);
    held.flight.leave(held.waiter);
  }

  private leaveAsking(exchange: PolicyExchange): void {
    const flight = this.asking.get(exchange);
    if (flight === undefined) return;
    this.asking.delete(exchange);
    flight.giveUp({ kind: "again", failures: flight.failures });
  }
}
