import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import type { Millis } from "../../shared/clock.ts";
import type { Stored } from "./stored.ts";

/** How it ended for those who waited for another one's response. */
export type Landing =
  /** This is it. Those who cannot use it are on their own. */
  | { readonly kind: "stored"; readonly stored: Stored }
  /** The service fails; a stored response takes its place. */
  | { readonly kind: "stale"; readonly stored: Stored; readonly fwdStatus: number | undefined }
  /** No service could be reached. */
  | { readonly kind: "failed"; readonly code: ErrorCode }
  /** It is of no use to others: look again, and go if need be. */
  | { readonly kind: "again"; readonly failures: number }
  /** It takes too long: go as well, and tell the others what came of it. */
  | { readonly kind: "go" };

/** A request that waits. */
export interface Waiter {
  settle(landing: Landing): void;
}

/** How long one request is waited for before another one goes as well. */
const PATIENCE: Millis = 5_000;

/**
 * One request, the leader, is on its way to the service; others for the same wait for what comes of it. Where that takes
 * too long, more of them become leaders, one at a time; the first response that comes is for all.
 */
export class Flight {
  private readonly waiters = new Set<Waiter>();
  private readonly onLanded: () => void;
  private leaders = 1;
  private timer: NodeJS.Timeout | undefined;
  private landed = false;
  /** Errors that leaders before have had, in a row. */
  readonly failures: number;

  /** @param onLanded called once: nobody can wait any more */
  constructor(failures: number, onLanded: () => void) {
    this.failures = failures;
    this.onLanded = onLanded;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  wait(waiter: Waiter): void {
    this.waiters.add(waiter);
    this.timer ??= setTimeout(() => this.sendAnother(), PATIENCE).unref();
  }

  /** A waiter's client has gone. */
  leave(waiter: Waiter): void {
    this.waiters.delete(waiter);
    if (this.waiters.size === 0) this.stopTimer();
  }

  /** Something has come for all who wait. */
  land(landing: Landing): void {
    if (this.landed) return;
    this.landed = true;
    this.stopTimer();
    this.onLanded();
    const waiters = [...this.waiters];
    this.waiters.clear();
    for (const waiter of waiters) waiter.settle(landing);
  }

  /** A leader has come to nothing; those who wait may still hope for the others. */
  giveUp(landing: Landing): void {
    this.leaders--;
    if (this.leaders === 0) this.land(landing);
  }

  private sendAnother(): void {
    this.timer = undefined;
    const [next] = this.waiters;
    if (next === undefined) return;
    this.waiters.delete(next);
    this.leaders++;
    if (this.waiters.size > 0) this.timer = setTimeout(() => this.sendAnother(), PATIENCE).unref();
    next.settle({ kind: "go" });
  }

  private stopTimer(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
