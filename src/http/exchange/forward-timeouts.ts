import type { Millis } from "../../shared/clock.ts";

/** How long to wait for the endpoint: for the head, all tries included, and in silence after it. */
export interface ForwardTimeouts {
  readonly request: Millis;
  readonly idle: Millis;
}

export interface UpgradeTimeouts extends ForwardTimeouts {
  /** Silence in both directions after which a tunnel ends. */
  readonly tunnel: Millis;
}
