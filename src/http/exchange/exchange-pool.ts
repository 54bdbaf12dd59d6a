import type { ExchangeHandler } from "./handler.ts";
import { HttpExchange } from "./http-exchange.ts";

/** Exchanges are used again: an idle connection holds none, and a busy one allocates none. */
export class ExchangePool<Marks> {
  private readonly handler: ExchangeHandler<Marks>;
  private readonly free: HttpExchange<Marks>[] = [];

  constructor(handler: ExchangeHandler<Marks>) {
    this.handler = handler;
  }

  take(): HttpExchange<Marks> {
    return this.free.pop() ?? new HttpExchange(this.handler);
  }

  giveBack(exchange: HttpExchange<Marks>): void {
    if (this.free.length < 1024 && !exchange.singleUse) this.free.push(exchange);
  }
}
