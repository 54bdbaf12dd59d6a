import type { StateConnection } from "../exchange/state-connection.ts";
import type { Millis } from "../shared/clock.ts";
import type { Timers } from "../shared/timers.ts";
import { BY_HINT, type BreakerPhase, type BreakerWatch } from "../upstream/breaker-watch.ts";

/** How often it is asked whether another gateway's breaker is open. */
const ASK_EVERY: Millis = 1_000;

/** A service that has a breaker. */
export interface Breaking {
  readonly name: string;
  readonly breaker: BreakerWatch;
}

/**
 * What gateways that share a store tell one another of their breakers: one that has opened by what it saw itself says so, and
 * those of the others open within a second. It is a hint, for as long as the breaker rests: each gateway then tries the service
 * by itself. Where the store is slow or gone, each goes by its own.
 */
export class BreakerHints {
  private readonly state: StateConnection;
  private readonly services: readonly Breaking[];
  private readonly now: () => Millis;
  private readonly timers: Timers;
  private stopTimer = (): void => {};

  constructor(state: StateConnection, services: readonly Breaking[], now: () => Millis, timers: Timers) {
    this.state = state;
    this.services = services;
    this.now = now;
    this.timers = timers;
  }

  /** Asks from now on, until `stop`. */
  start(): void {
    if (this.services.length === 0) return;
    this.stopTimer = this.timers.after(ASK_EVERY, () => {
      void this.ask();
      this.start();
    });
  }

  stop(): void {
    this.stopTimer();
  }

  /** A breaker of this gateway has changed its phase. */
  tell(service: string, phase: BreakerPhase, reason: string): void {
    const breaking = this.services.find(({ name }) => name === service);
    if (breaking === undefined || !this.state.isUp || reason === BY_HINT) return;
    if (phase === "open") void this.state.set(keyOf(service), "open", breaking.breaker.openFor);
    if (phase === "closed") void this.state.del(keyOf(service));
  }

  private async ask(): Promise<void> {
    if (!this.state.isUp) return;
    const closed = this.services.filter(({ breaker }) => breaker.phase === "closed");
    await Promise.all(
      closed.map(async ({ name, breaker }) => {
        if ((await this.state.get(keyOf(name))) instanceof Uint8Array) breaker.openByHint(this.now());
      }),
    );
  }
}

function keyOf(service: string): string {
  return `breaker:${service}`;
}
