import type { MessageHead } from "../../http/head/message-head.ts";
import type { Clock, Millis } from "../../shared/clock.ts";
import { recordValue } from "../../shared/histogram.ts";
import type { Agenda, Appointments } from "./agenda.ts";
import {
  createLiveMeasures,
  type LiveMeasures,
  measureAnswer,
  measureFailure,
  measureSent,
  rollInterval,
} from "./live-measures.ts";
import { type Failure, LoadConnection, type LoadEvents } from "./load-connection.ts";
import { WORK_FIELD } from "./marks.ts";
import type { Request } from "./request.ts";
import type { Traffic } from "./traffic.ts";

/** What to send, where, and for how long. */
export interface LoadOptions {
  readonly host: string;
  readonly port: number;
  readonly traffic: Traffic;
  /** The most connections that are open at once; a request that finds none free waits, and that time counts. */
  readonly connections: number;
  /** Open loop: so many requests, when they are due. Closed loop: for so long, the next as soon as there is an answer. */
  readonly plan:
    | { readonly loop: "open"; readonly requests: number; readonly meanGapMs: number }
    | { readonly loop: "closed"; readonly durationMs: Millis };
  /** The share at the beginning that is not measured. */
  readonly warmup: number;
  /** How long a request may take. */
  readonly timeoutMs: Millis;
  /** Synthetic endpoints; 0 if they are not. */
  readonly endpoints: number;
  /** Called when what is measured begins, and when the last request has been sent. */
  readonly onWindow?: ((now: Millis, edge: "opens" | "closes") => void) | undefined;
  readonly clock: Clock;
  readonly agenda: Agenda;
}

/** A request that waits for a connection. */
interface Waiting {
  readonly request: Request;
  readonly text: string;
}

const SWEEP_MS = 100;
const MARK = `${WORK_FIELD}: `;

/** The load generator: one run of one load. */
export class Load implements LoadEvents, Appointments {
  readonly measures: LiveMeasures;
  private readonly options: LoadOptions;
  private readonly startMs: Millis;
  private readonly idle: LoadConnection[] = [];
  private readonly open = new Set<LoadConnection>();
  private readonly waiting: Waiting[] = [];
  private waitingHead = 0;
  private dueAt: Millis;
  private issued = 0;
  private pending = 0;
  private done = false;
  private sweeper: NodeJS.Timeout | undefined;
  private resolve: (measures: LiveMeasures) => void = () => {};

  constructor(options: LoadOptions) {
    this.options = options;
    const { plan, clock, traffic } = options;
    this.startMs = clock.now();
    const durationMs = plan.loop === "open" ? plan.requests * plan.meanGapMs : plan.durationMs;
    this.measures = createLiveMeasures(options.endpoints, this.startMs, durationMs * (1 - options.warmup));
    this.dueAt = plan.loop === "open" ? this.startMs + traffic.nextGap() : this.startMs;
  }

  /** Resolves when every request has ended and every connection is closed. */
  async run(): Promise<LiveMeasures> {
    const { agenda, connections, plan } = this.options;
    const ended = new Promise<LiveMeasures>((resolve) => (this.resolve = resolve));
    this.sweeper = setInterval(() => this.sweep(), SWEEP_MS);
    if (plan.loop === "open") agenda.add(this);
    else for (let i = 0; i < connections; i++) this.issueNow();
    return ended;
  }

  /** Gives everything up at once: what is on its way counts as nothing. */
  abort(): void {
    this.finish();
  }

  next(): Millis {
    return this.dueAt;
  }

  /** Sends what is due, late or not: who is late has his time counted from when he was due. */
  keep(now: Millis): void {
    const { plan, traffic } = this.options;
    if (plan.loop !== "open") return;
    while (this.dueAt <= now) {
      const intendedAt = this.dueAt;
      const last = this.issued + 1 === plan.requests;
      this.dueAt = last ? Number.POSITIVE_INFINITY : intendedAt + traffic.nextGap();
      this.issue(intendedAt, this.issued >= Math.floor(plan.requests * this.options.warmup));
      if (last) this.closeWindow(intendedAt);
    }
  }

  onAnswer(connection: LoadConnection, request: Request, head: MessageHead, reusable: boolean): void {
    const now = this.options.clock.now();
    if (head.status >= 400) measureFailure(this.measures, request, `HTTP ${head.status}`, now);
    else this.answered(request, head, now);
    if (reusable) this.idle.push(connection);
    this.ended();
  }

  onFailure(_connection: LoadConnection, request: Request, failure: Failure): void {
    measureFailure(this.measures, request, failure, this.options.clock.now());
    this.ended();
  }

  onClose(connection: LoadConnection): void {
    this.open.delete(connection);
    const at = this.idle.indexOf(connection);
    if (at >= 0) this.idle.splice(at, 1);
    if (this.done) this.settle();
    else this.sendWaiting();
  }

  private answered(request: Request, head: MessageHead, now: Millis): void {
    const { measures } = this;
    measureAnswer(measures, request, now);
    if (measures.endpoints.length === 0) return;
    const at = head.text.indexOf(MARK) + MARK.length;
    const blank = head.text.indexOf(" ", at);
    const endpoint = Number(head.text.slice(at, blank));
    const sojourn = Number.parseFloat(head.text.slice(blank + 1, blank + 20));
    const { sojourns } = measures.interval;
    sojourns[endpoint] = (sojourns[endpoint] ?? 0) + sojourn;
    if (!request.measured) return;
    measures.endpoints[endpoint] = (measures.endpoints[endpoint] ?? 0) + 1;
    recordValue(measures.overhead, now - request.intendedAt - sojourn);
  }

  /** A request has ended: another takes its place, or all is over. */
  private ended(): void {
    this.pending--;
    if (this.done) return;
    this.sendWaiting();
    const { plan, clock } = this.options;
    if (plan.loop === "closed") {
      const now = clock.now();
      if (now < this.startMs + plan.durationMs) return this.issueNow(now);
      this.closeWindow(now);
    }
    if (this.pending === 0 && this.measures.toMs !== Number.POSITIVE_INFINITY) this.finish();
  }

  private issueNow(now = this.options.clock.now()): void {
    const { plan, warmup } = this.options;
    const warmupMs = plan.loop === "closed" ? plan.durationMs * warmup : 0;
    this.issue(now, now >= this.startMs + warmupMs);
  }

  private issue(intendedAt: Millis, measured: boolean): void {
    const { measures } = this;
    if (measured && measures.fromMs === Number.POSITIVE_INFINITY) {
      measures.fromMs = intendedAt;
      this.options.onWindow?.(intendedAt, "opens");
    }
    const request: Request = { intendedAt, index: this.issued++, measured };
    this.pending++;
    this.waiting.push({ request, text: this.options.traffic.nextText(measured) });
    this.sendWaiting();
  }

  private closeWindow(now: Millis): void {
    if (this.measures.toMs !== Number.POSITIVE_INFINITY) return;
    this.measures.toMs = now;
    this.options.onWindow?.(now, "closes");
  }

  private sendWaiting(): void {
    while (this.waitingHead < this.waiting.length) {
      const connection = this.idle.pop() ?? this.connect();
      if (connection === undefined) return;
      const { request, text } = this.waiting[this.waitingHead] as Waiting;
      this.takeWaiting();
      const now = this.options.clock.now();
      measureSent(this.measures, request, now);
      connection.send(request, text, now);
    }
  }

  private takeWaiting(): void {
    this.waitingHead++;
    if (this.waitingHead === this.waiting.length) this.waiting.length = this.waitingHead = 0;
    else if (this.waitingHead >= 4096) this.waitingHead -= this.waiting.splice(0, this.waitingHead).length;
  }

  private connect(): LoadConnection | undefined {
    const { host, port, connections } = this.options;
    if (this.open.size >= connections) return undefined;
    const connection = new LoadConnection(host, port, this);
    this.open.add(connection);
    return connection;
  }

  /** Ends what has taken too long, on a connection or waiting for one. */
  private sweep(): void {
    const now = this.options.clock.now();
    const since = now - this.options.timeoutMs;
    rollInterval(this.measures, now);
    for (const connection of this.open) if (connection.busy && connection.sentAt < since) connection.expire();
    while (this.waitingHead < this.waiting.length) {
      const { request } = this.waiting[this.waitingHead] as Waiting;
      if (request.intendedAt >= since) break;
      this.takeWaiting();
      measureFailure(this.measures, request, "timeout", now);
      this.ended();
    }
  }

  private finish(): void {
    if (this.done) return;
    this.done = true;
    clearInterval(this.sweeper);
    this.options.agenda.remove(this);
    for (const connection of this.open) connection.destroy();
    this.settle();
  }

  private settle(): void {
    if (this.open.size === 0) this.resolve(this.measures);
  }
}
