import type { FinishedExchange, InternalPurpose } from "../../exchange/finished-exchange.ts";
import type { Outcome } from "../../exchange/outcome.ts";
import type { Millis } from "../../shared/clock.ts";
import type { ErrorCode } from "../../shared/errors/gateway-error.ts";
import { FIELD } from "../head/field-kind.ts";
import type { MessageHead } from "../head/message-head.ts";
import { RequestBody } from "./request-body.ts";
import { RequestView } from "./request-view.ts";

/** What is known and remembered of an exchange, for logs and metrics; made new for the next exchange by `startRecord`. */
export class ExchangeRecord implements FinishedExchange {
  readonly view = new RequestView();
  readonly body = new RequestBody();
  requestId = "";
  status = 0;
  /** What the endpoint answered; 0 where none did. The client may have been given another answer. */
  endpointStatus = 0;
  routeName: string | undefined;
  serviceName: string | undefined;
  endpointId: string | undefined;
  consumer: string | undefined;
  internal: InternalPurpose | undefined;
  code: ErrorCode | undefined;
  hashKey: string | undefined;
  sticky = false;
  othersInFlight = 0;
  attempts = 0;
  startedAt = 0;
  durationMs = 0;
  endpointMs = 0;
  tryMs = 0;
  responseBytes = 0;
  /** On the handler's clock: when the request's head was complete, when the first try began, and when all was over. */
  begunAt = 0;
  protected forwardedAt = 0;
  endedAt = 0;
  /** When the present try began, and, once its response head is there, how long that took; -1 before. */
  tryStartedAt = 0;
  responseMs = -1;
  /** How the last try ended, as far as the wire tells (`ok` for any complete response). */
  outcome: Outcome = "ok";

  get method(): string {
    return this.view.method;
  }

  get path(): string {
    return this.view.rawPath;
  }

  get clientIp(): string {
    return this.view.clientIp;
  }

  get requestBytes(): number {
    return this.body.octets;
  }

  readonly requestHeader = (name: string): string | undefined => this.view.head.get(name);

  /** `requestId` is made only where the client sent none that can be kept. */
  protected startRecord(now: Millis, wallClock: Millis, makeRequestId: () => string): void {
    this.routeName = this.serviceName = this.endpointId = this.consumer = this.code = undefined;
    this.internal = this.hashKey = undefined;
    this.sticky = false;
    this.attempts = this.othersInFlight = 0;
    this.status = this.endpointStatus = 0;
    this.outcome = "ok";
    this.responseMs = -1;
    this.responseBytes = 0;
    this.forwardedAt = 0;
    this.begunAt = now;
    this.startedAt = wallClock;
    this.durationMs = this.endpointMs = this.tryMs = 0;
    this.requestId = sentRequestId(this.view.head) ?? makeRequestId();
  }

  protected endRecord(outcome: Outcome, now: Millis): void {
    this.outcome = outcome;
    this.endedAt = now;
    this.durationMs = now - this.begunAt;
    if (this.forwardedAt === 0) return;
    this.endpointMs = now - this.forwardedAt;
    this.tryMs = now - this.tryStartedAt;
  }
}

/** One field, and one that a log can hold: what is empty, endless or there twice names nothing. */
function sentRequestId(head: MessageHead): string | undefined {
  const at = head.indexOfKind(FIELD.X_REQUEST_ID);
  if (at < 0 || head.indexOfKind(FIELD.X_REQUEST_ID, at + 1) >= 0) return undefined;
  const id = head.value(at);
  return id === "" || id.length > 200 ? undefined : id;
}
