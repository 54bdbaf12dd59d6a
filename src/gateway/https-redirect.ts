import type { Clock } from "../shared/clock.ts";
import type { EndpointFailure } from "../http/endpoint/receiver.ts";
import type { ExchangeHandler } from "../http/exchange/handler.ts";
import type { HttpExchange } from "../http/exchange/http-exchange.ts";
import type { RequestView, Refusal } from "../http/exchange/request-view.ts";
import { respondProblem } from "./answers.ts";
import type { Dispatcher } from "./dispatcher.ts";
import type { Marks } from "./marks.ts";

type Exchange = HttpExchange<Marks>;

/** `redirect: https`: sends every client over to the https listener, in place of routing its request. */
export class HttpsRedirect implements ExchangeHandler<Marks> {
  readonly clock: Clock;
  readonly wallClock: Clock;
  private readonly dispatcher: Dispatcher;
  private readonly httpsPort: () => number;

  /** @param httpsPort asked for each request: it is known when the listener has been bound */
  constructor(dispatcher: Dispatcher, httpsPort: () => number) {
    this.dispatcher = dispatcher;
    this.clock = dispatcher.clock;
    this.wallClock = dispatcher.wallClock;
    this.httpsPort = httpsPort;
  }

  createMarks(): Marks {
    return this.dispatcher.createMarks();
  }

  onRequest(exchange: Exchange): void {
    exchange.marks.reset();
    // `onFinish` counts it out again.
    this.dispatcher.inFlight++;
    const location = httpsUrl(exchange.view, this.httpsPort());
    if (location === undefined) {
      const detail = "A request without a Host field cannot be redirected to https.";
      return respondProblem(exchange, "GW0203", { detail, publicDetail: true });
    }
    exchange.respond({ status: 308, fields: [["location", location]], body: "" });
  }

  onRefused(exchange: Exchange, refusal: Refusal): void {
    this.dispatcher.onRefused(exchange, refusal);
  }

  onTryFailed(exchange: Exchange, failure: EndpointFailure): void {
    this.dispatcher.onTryFailed(exchange, failure);
  }

  onResponse(exchange: Exchange, status: number): boolean {
    return this.dispatcher.onResponse(exchange, status);
  }

  onTimeout(exchange: Exchange): void {
    this.dispatcher.onTimeout(exchange);
  }

  onBug(exchange: Exchange, error: unknown): void {
    this.dispatcher.onBug(exchange, error);
  }

  onFinish(exchange: Exchange): void {
    this.dispatcher.onFinish(exchange);
  }
}

/** The same URL by https; `undefined` for a request that names no host. The port is left out where it is https's own. */
export function httpsUrl(view: Pick<RequestView, "host" | "target">, port: number): string | undefined {
  if (view.host === "") return undefined;
  const path = view.target.startsWith("/") ? view.target : "/";
  return `https://${view.host}${port === 443 ? "" : `:${port}`}${path}`;
}
