import type { Clock } from "../../shared/clock.ts";
import type { EndpointFailure } from "../endpoint/receiver.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { HttpExchange } from "./http-exchange.ts";
import type { Refusal } from "./request-view.ts";

/**
 * Who decides what becomes of each exchange: the gateway. `Marks` is what it keeps with one; it is made once and used
 * again for later exchanges, so `onRequest` resets it.
 */
export interface ExchangeHandler<Marks> {
  readonly clock: Clock;
  /** In ms since 1970. */
  readonly wallClock: Clock;
  createMarks(): Marks;
  /** The request's head is complete. Calls `forward`, `upgrade` or a `respond…` of the exchange, now or later. */
  onRequest(exchange: HttpExchange<Marks>): void;
  /** The request was refused before it could be routed; the handler answers with the refusal's code. */
  onRefused(exchange: HttpExchange<Marks>, refusal: Refusal): void;
  /** A try failed, and nothing has been sent to the client: forward again, or respond. */
  onTryFailed(exchange: HttpExchange<Marks>, failure: EndpointFailure): void;
  /**
   * An endpoint's response head is there, and nothing has been sent to the client.
   * @returns false to throw the response away; the handler then forwards again, later or before it returns
   */
  onResponse(exchange: HttpExchange<Marks>, status: number): boolean;
  /**
   * The head of that response says where something is, or sets a cookie: the head as the client is to have it. Both are
   * valid inside the call in which it came.
   */
  towardsClient?(exchange: HttpExchange<Marks>, head: MessageHead): MessageHead;
  /** The response did not come within the time that `forward` was given. */
  onTimeout(exchange: HttpExchange<Marks>): void;
  /** Something threw that must not, while this exchange was being served: answer 500 if that is still possible. */
  onBug(exchange: HttpExchange<Marks>, error: unknown): void;
  /** Over, however it ended. The exchange is used again afterwards. */
  onFinish(exchange: HttpExchange<Marks>): void;
}
