import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { Millis } from "../shared/clock.ts";
import type { GatewayService } from "./gateway-service.ts";
import type { Marks } from "./marks.ts";

interface Held {
  readonly exchange: HttpExchange<Marks>;
  readonly generation: number;
  readonly service: GatewayService;
  readonly until: Millis;
}

/** Exchanges that wait for a service that is still starting. */
export class Holding {
  private held: Held[] = [];

  get size(): number {
    return this.held.length;
  }

  hold(exchange: HttpExchange<Marks>, service: GatewayService, now: Millis): void {
    const { generation } = exchange.marks;
    this.held.push({ exchange, generation, service, until: now + service.holdMs });
  }

  /** Takes out those whose service is ready, and those that have waited long enough. */
  sweep(now: Millis): { ready: HttpExchange<Marks>[]; expired: HttpExchange<Marks>[] } {
    const ready: HttpExchange<Marks>[] = [];
    const expired: HttpExchange<Marks>[] = [];
    if (this.held.length === 0) return { ready, expired };
    this.held = this.held.filter(({ exchange, generation, service, until }) => {
      if (exchange.marks.generation !== generation || !exchange.undecided) return false;
      if (!service.starting) ready.push(exchange);
      else if (now >= until) expired.push(exchange);
      else return true;
      return false;
    });
    return { ready, expired };
  }
}
