import type { Millis } from "../../shared/clock.ts";
import type { Http1Sink } from "../exchange/http1-response-writer.ts";
import type { HttpExchange } from "../exchange/http-exchange.ts";

/** How long after its half-close a client is asked whether it is still there. */
const ASK_AFTER: Millis = 300;
/** The first octets sent to who has gone bring a reset, and only the next ones make the socket tell of it. */
const TIMES_ASKED = 2;
/** Where it cannot be asked, how much silence of the endpoint is put up with: before the answer, and within it. */
const SILENCE_BEFORE_ANSWER: Millis = 5_000;
const SILENCE_WITHIN_ANSWER: Millis = 400;

/**
 * A client that has ended its sending side while it waits for an answer. One that only has nothing more to send looks
 * just like one that has gone; but who has gone answers what it is sent with a reset.
 */
export class HalfClose {
  private readonly askAt: Millis;
  private timesLeft = TIMES_ASKED;

  constructor(now: Millis) {
    this.askAt = now + ASK_AFTER;
  }

  /** One step of the coarse timer, while `exchange` is in progress. */
  sweep(now: Millis, client: Http1Sink, exchange: HttpExchange<unknown> | undefined): void {
    if (now < this.askAt || this.timesLeft === 0) return;
    this.timesLeft--;
    if (exchange?.responding) exchange.shortenSilence(now, SILENCE_WITHIN_ANSWER);
    else if (client.minorVersion === 0) exchange?.shortenSilence(now, SILENCE_BEFORE_ANSWER);
    // RFC 9110 section 15.2.1: a client that did not ask for a 100 simply discards it.
    else client.writeText("HTTP/1.1 100 Continue\r\n\r\n");
  }
}
