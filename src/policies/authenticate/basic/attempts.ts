import ipaddr from "ipaddr.js";
import type { Clock, Millis } from "../../../shared/clock.ts";

/** Wrong passwords that one client may try at once, and how many more in every second: a fifth of a second's work each. */
const BURST = 10;
const PER_SECOND = 2;
/** Addresses that are remembered. Beyond it the ones longest known are forgotten. */
const MOST_CLIENTS = 10_000;

interface Client {
  tokens: number;
  at: Millis;
}

/**
 * Limits how many passwords a client may have checked: a token bucket by address, out of which an attempt takes one, and
 * into which one that was right puts it back. Attempts count when they begin, so that many at once are no way around it.
 */
export class Attempts {
  private readonly clock: Clock;
  private readonly clients = new Map<string, Client>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** @returns in how many seconds to come again; `undefined` if the attempt may be made, which then counts */
  take(ip: string): number | undefined {
    const client = this.refill(networkOf(ip));
    if (client.tokens < 1) return Math.max(1, Math.ceil((1 - client.tokens) / PER_SECOND));
    client.tokens--;
    return undefined;
  }

  /** The attempt was no failure. */
  giveBack(ip: string): void {
    const client = this.refill(networkOf(ip));
    client.tokens = Math.min(BURST, client.tokens + 1);
  }

  private refill(key: string): Client {
    const now = this.clock.now();
    let client = this.clients.get(key);
    if (client === undefined) {
      client = { tokens: BURST, at: now };
      if (this.clients.size >= MOST_CLIENTS) this.clients.delete(this.clients.keys().next().value as string);
      this.clients.set(key, client);
      return client;
    }
    client.tokens = Math.min(BURST, client.tokens + ((now - client.at) / 1000) * PER_SECOND);
    client.at = now;
    return client;
  }
}

/** IPv6 clients have a /64 each, and may come from any address of it. */
function networkOf(ip: string): string {
  if (!ip.includes(":") || !ipaddr.IPv6.isValid(ip)) return ip;
  return ipaddr.IPv6.networkAddressFromCIDR(`${ip.replace(/%.*$/, "")}/64`).toString();
}
