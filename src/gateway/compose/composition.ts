import type { RequestOrigin } from "../../http/exchange/request-origin.ts";
import type { RequestView } from "../../http/exchange/request-view.ts";
import type { FieldEditList } from "../../http/head/field-edit-list.ts";
import type { InternalResult } from "../../http/internal/internal-call.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import type { Timers } from "../../shared/timers.ts";
import type { InternalTask } from "../internal/internal-calls.ts";
import { type Composed, composedResponse, type FinishedPart, passedResponse } from "./composed-response.ts";
import { type Composing, type PartPlan, takesBody } from "./compose-plan.ts";
import { fillField, fillTarget, type ReadSource } from "./fill-template.ts";
import { partOutcome } from "./part-outcome.ts";
import { type CarriedFields, carriedFields, partEdits, partHead } from "./part-request.ts";
import { type AnsweredPart, type ComposedRequest, readSource } from "./read-source.ts";

/** A request that the gateway has sent. */
export interface SentPart {
  cancel(): void;
  timeOut(now: Millis): void;
}

/** What a composition needs of the gateway. */
export interface ComposingGateway {
  readonly clock: Clock;
  readonly timers: Timers;
  /** `onDone` is called exactly once, perhaps before it returns. */
  send(task: InternalTask, onDone: (result: InternalResult) => void): SentPart;
}

/** Whose composition it is. Good until the composition is over or cancelled. */
export interface ComposeSubject extends ComposedRequest {
  readonly view: Pick<RequestView, "authority" | "head">;
  readonly origin: RequestOrigin;
  /** What policies change of the request's fields. */
  readonly edits: FieldEditList | undefined;
  /** Where the client's whole body is wanted. */
  readonly body: Buffer | undefined;
  /** The client may be told how long each part took. */
  readonly timings: boolean;
}

/** Longer is not to be had of the system's timers. */
const LONGEST: Millis = 2 ** 31 - 1;

/**
 * One composition at work: asks for every part as soon as what it needs is there, so that all of it takes no longer than
 * the slowest chain of parts that need each other.
 */
export class Composition {
  private readonly plan: Composing;
  private readonly subject: ComposeSubject;
  private readonly gateway: ComposingGateway;
  private readonly onDone: (composed: Composed) => void;
  private readonly carried: CarriedFields;
  private readonly finished: (FinishedPart | undefined)[];
  /** How many answers each part still waits for. */
  private readonly waitsFor: number[];
  private readonly open = new Set<OpenPart>();
  private left: number;
  /** On the gateway's clock: when all of it has to be there. */
  private deadline = Number.POSITIVE_INFINITY;
  private over = false;

  /** @param onDone called once, unless it is cancelled before: perhaps before `start` returns */
  constructor(
    plan: Composing,
    subject: ComposeSubject,
    gateway: ComposingGateway,
    onDone: (composed: Composed) => void,
  ) {
    this.plan = plan;
    this.subject = subject;
    this.gateway = gateway;
    this.onDone = onDone;
    this.carried = carriedFields(subject.view);
    this.finished = plan.parts.map(() => undefined);
    this.waitsFor = plan.parts.map(({ needs }) => needs.length);
    this.left = plan.parts.length;
  }

  /** Asks for all parts that need no other. */
  start(): void {
    this.deadline = this.gateway.clock.now() + this.plan.timeout;
    this.plan.parts.forEach(({ needs }, place) => {
      if (needs.length === 0) this.ask(place);
    });
  }

  /** Nobody wants the response any more. */
  cancel(): void {
    this.over = true;
    for (const { sent, stopTimer } of [...this.open]) {
      stopTimer?.();
      sent?.cancel();
    }
    this.open.clear();
  }

  private ask(place: number): void {
    if (this.over) return;
    const part = this.plan.parts[place] as PartPlan;
    const task = this.taskOf(part);
    if ("fault" in task) return this.refuse(place, part, task);
    this.send(place, part, task);
  }

  private send(place: number, part: PartPlan, task: InternalTask): void {
    const { timers, clock } = this.gateway;
    const time = Math.min(part.timeout, Math.max(0, this.deadline - clock.now()));
    const open: OpenPart = { sent: undefined, stopTimer: undefined };
    this.open.add(open);
    open.sent = this.gateway.send(task, (result) => {
      this.open.delete(open);
      open.stopTimer?.();
      if (this.over) return;
      this.finish(place, { part, outcome: partOutcome(part, result, time), durationMs: result.durationMs });
    });
    if (!this.open.has(open) || time === Number.POSITIVE_INFINITY) return;
    open.stopTimer = timers.after(Math.min(time, LONGEST), () => open.sent?.timeOut(clock.now()));
  }

  /** A value that is lacking: the client's to say, unless another part should have said it. */
  private refuse(place: number, part: PartPlan, { fault, blame }: PartFault): void {
    if (blame === "request" && !part.optional) {
      const detail = `The part ${part.name} cannot be asked for: ${fault}.`;
      return this.end({ kind: "problem", code: "GW0525", detail, publicDetail: true });
    }
    this.finish(place, { part, outcome: { kind: "failed", reason: `could not be asked: ${fault}` }, durationMs: 0 });
  }

  private finish(place: number, finished: FinishedPart): void {
    const { part, outcome } = finished;
    if (outcome.kind === "pass") return this.end(passedResponse(this.plan, outcome.answer));
    if (outcome.kind === "failed" && !part.optional) {
      const detail = `The part ${part.name} ${outcome.reason}.`;
      return this.end({ kind: "problem", code: "GW0524", detail, publicDetail: false });
    }
    this.finished[place] = finished;
    this.left--;
    if (this.left === 0) {
      return this.end(composedResponse(this.plan, this.finished as FinishedPart[], this.subject.timings));
    }
    for (const next of part.neededBy) if (--(this.waitsFor[next] as number) === 0) this.ask(next);
  }

  private end(composed: Composed): void {
    if (this.over) return;
    this.cancel();
    this.onDone(composed);
  }

  private taskOf(part: PartPlan): InternalTask | PartFault {
    const { subject, carried } = this;
    const target = fillTarget(part.path, this.read);
    if ("fault" in target) return target;
    const fields: [string, string][] = [];
    for (const [name, template] of part.headers) {
      const value = fillField(template, this.read);
      if ("fault" in value) return value;
      fields.push([name, value.text]);
    }
    const body = takesBody(part.method) ? (subject.body ?? EMPTY) : undefined;
    const hasBody = body !== undefined && body.length > 0;
    const head = partHead(subject.view, part.method, target.text, carried.lines + (hasBody ? carried.ofBody : ""));
    const { origin, principal } = subject;
    return {
      purpose: "part",
      plan: part.way,
      request: { origin, head, body, limit: part.maxBytes, keepsBody: true },
      rewrite: { fields: partEdits(subject.edits, fields) },
      principal,
    };
  }

  private readonly read: ReadSource = (source) => readSource(source, this.subject, this.answered);

  private readonly answered = (name: string): AnsweredPart | undefined => {
    const finished = this.finished.find((one) => one?.part.name === name);
    if (finished === undefined) return undefined;
    const { outcome, part } = finished;
    if (outcome.kind === "ok") return { status: outcome.status, body: outcome.value };
    return part.fallback === undefined ? undefined : { status: undefined, body: part.fallback.value };
  };
}

/** A part's request that is on its way. */
interface OpenPart {
  sent: SentPart | undefined;
  stopTimer: (() => void) | undefined;
}

interface PartFault {
  readonly fault: string;
  readonly blame: "request" | "part";
}

const EMPTY = Buffer.alloc(0);
