import type { Millis } from "../../shared/clock.ts";

/** One client's connection as its listener sees it, whatever is spoken on it. */
export interface ClientLink {
  /** Nothing is in progress: it may be closed without harm. */
  readonly isIdle: boolean;
  /** Something of what was written has not left yet. */
  readonly isSending: boolean;
  /** Its client can be told with an answer to come again on another connection. */
  readonly canMove?: boolean;
  /** Takes no new request; ends after what is in progress, so that the client can read it. */
  drain(): void;
  /** One step of the coarse timer. */
  sweep(now: Millis): void;
  /** Ends it at once. */
  destroy(): void;
}
