import type { Outcome } from "../../../exchange/outcome.ts";
import type { Agenda, Appointment } from "./agenda.ts";
import type { EndpointProcess } from "./endpoint-process.ts";
import type { SimulatedEndpoint, SimulatedService } from "./simulated-service.ts";

/** What all exchanges of a run have in common. */
export interface Surroundings {
  readonly agenda: Agenda;
  readonly service: SimulatedService;
  readonly processes: readonly EndpointProcess[];
  /** Longest time to the response head of one try; Infinity if there is none. */
  readonly timeoutMs: number;
  /** Time on the wire, there and back; undefined for none. */
  readonly network: (() => number) | undefined;
  readonly answeredAt: "start" | "end";
  /** A try is made at an endpoint; with how much work there. */
  readonly tried: (endpoint: number, workMs: number) => void;
}

/** A request that a client sent, with how it ends. */
export interface Order {
  /** From 1, in the order in which they come. */
  readonly number: number;
  readonly key: string | undefined;
  readonly work: number;
  /** The client has its answer, or an error of the gateway or the last endpoint (-1 if there was none). */
  finished(ok: boolean, endpoint: number): void;
}

/** One request on its way through the gateway: tries, hedges and what becomes of them. */
export class SimulatedExchange {
  readonly #around: Surroundings;
  readonly #order: Order;
  readonly #tried: string[] = [];
  readonly #running = new Set<Try>();
  #retries = 0;
  #over = false;
  #hedge: Appointment | undefined;
  #giveUp: Appointment | undefined;
  #inside = false;

  constructor(around: Surroundings, order: Order) {
    this.#around = around;
    this.#order = order;
  }

  /** It has come. */
  begin(): void {
    const { agenda, service } = this.#around;
    const { admission } = service;
    if (admission === undefined) return this.#enter();
    const enter = (): void => {
      if (this.#giveUp !== undefined) this.#giveUp.happen = undefined;
      this.#inside = true;
      this.#enter();
    };
    const admitted = admission.admit(enter);
    if (admitted === "enter") return enter();
    if (admitted === "full") return this.#finish(false, -1);
    this.#giveUp = agenda.at(agenda.now + admission.spec.queueTimeout, () => {
      admission.giveUp(enter);
      this.#finish(false, -1);
    });
  }

  #enter(): void {
    const { agenda, service } = this.#around;
    this.#try();
    const delay = this.#over ? undefined : service.hedge?.at(agenda.now);
    if (delay === undefined) return;
    this.#hedge = agenda.at(agenda.now + delay, () => {
      if (!this.#over && this.#running.size === 1 && service.hasOther(this.#tried)) this.#try();
    });
  }

  #try(): void {
    const { service, tried, processes } = this.#around;
    const endpoint = service.acquire(this.#order.key, this.#tried, this.#order.number);
    if (endpoint === undefined) {
      if (this.#running.size === 0) this.#finish(false, -1);
      return;
    }
    this.#tried.push(endpoint.id);
    tried(endpoint.attached, this.#order.work);
    const attempt = new Try(this.#around, endpoint, this.#order.work, (outcome) => this.#ended(attempt, outcome));
    this.#running.add(attempt);
    attempt.begin(processes[endpoint.attached] as EndpointProcess);
  }

  #ended(attempt: Try, outcome: Outcome): void {
    this.#running.delete(attempt);
    if (this.#over) return;
    if (outcome === "ok") return this.#finish(true, attempt.endpoint.attached);
    if (this.#running.size > 0) return;
    const { agenda, service } = this.#around;
    const decision = service.retry.decide(this.#facts(outcome), service.hasOther(this.#tried));
    if (!decision.retry) return this.#finish(false, attempt.endpoint.attached);
    this.#retries++;
    if (decision.delayMs === 0) this.#try();
    else agenda.at(agenda.now + decision.delayMs, () => this.#try());
  }

  /** All requests are GETs without a body, over connections that are kept. */
  #facts(outcome: Outcome) {
    return {
      attempt: this.#retries,
      outcome,
      status: outcome === "error" ? 503 : undefined,
      method: "GET",
      bodyReplayable: true,
      connectionReused: true,
      bytesSent: outcome === "connect-failure" ? 0 : 100,
      bytesReceived: 0,
      responseForwarded: false,
    };
  }

  #finish(ok: boolean, endpoint: number): void {
    this.#over = true;
    if (this.#hedge !== undefined) this.#hedge.happen = undefined;
    for (const other of this.#running) other.cancel();
    this.#running.clear();
    this.#order.finished(ok, endpoint);
    // The next one goes in when this one is counted.
    if (this.#inside) this.#around.service.admission?.leave()?.();
  }
}

/** One try at one endpoint. What was asked of the endpoint it does, whether or not somebody still waits. */
class Try {
  readonly endpoint: SimulatedEndpoint;
  readonly #around: Surroundings;
  readonly #work: number;
  readonly #onEnd: (outcome: Outcome) => void;
  readonly #startedAt: number;
  readonly #epoch: number;
  #timeout: Appointment | undefined;
  #released = false;
  #answered = false;

  constructor(around: Surroundings, endpoint: SimulatedEndpoint, work: number, onEnd: (outcome: Outcome) => void) {
    this.#around = around;
    this.endpoint = endpoint;
    this.#work = work;
    this.#onEnd = onEnd;
    this.#startedAt = around.agenda.now;
    this.#epoch = around.service.breaker?.epoch ?? 0;
  }

  begin(process: EndpointProcess): void {
    const { agenda, network, timeoutMs } = this.#around;
    if (timeoutMs !== Number.POSITIVE_INFINITY) {
      this.#timeout = agenda.at(agenda.now + timeoutMs, () => this.#answer("timeout"));
    }
    if (network === undefined) return this.#arrive(process, 0);
    const there = network() / 2;
    agenda.at(agenda.now + there, () => this.#arrive(process, there));
  }

  /** Somebody else was faster, or the client is gone. */
  cancel(): void {
    this.#answered = true;
    this.#release("cancelled", -1);
  }

  #arrive(process: EndpointProcess, backMs: number): void {
    if (!process.up) return this.#after(backMs, () => this.#answer("connect-failure"));
    const early = this.#around.answeredAt === "start";
    const taken = process.take({
      work: this.#work,
      begun: () => {
        if (early) this.#after(backMs, () => this.#head());
      },
      done: (ok) => this.#after(backMs, () => this.#done(ok)),
      lost: () => this.#after(backMs, () => this.#done(false, "reset")),
    });
    if (!taken) this.#after(backMs, () => this.#answer("error"));
  }

  #after(ms: number, happen: () => void): void {
    const { agenda } = this.#around;
    if (ms === 0) happen();
    else agenda.at(agenda.now + ms, happen);
  }

  /** The response has begun, and goes on for as long as the work does. */
  #head(): void {
    if (this.#answered) return;
    this.#answered = true;
    if (this.#timeout !== undefined) this.#timeout.happen = undefined;
    this.#onEnd("ok");
  }

  #done(ok: boolean, failure: Outcome = "error"): void {
    const early = this.#around.answeredAt === "start" && this.#answered;
    if (early) return this.#release(ok ? "ok" : failure, -1);
    this.#answer(ok ? "ok" : failure);
  }

  #answer(outcome: Outcome): void {
    if (this.#answered) return;
    this.#answered = true;
    if (this.#timeout !== undefined) this.#timeout.happen = undefined;
    const head = outcome === "ok" || outcome === "error";
    this.#release(outcome, head ? this.#around.agenda.now - this.#startedAt : -1);
    this.#onEnd(outcome);
  }

  #release(outcome: Outcome, latencyMs: number): void {
    if (this.#released) return;
    this.#released = true;
    this.#around.service.release(this.endpoint, outcome, latencyMs, this.#epoch);
  }
}
