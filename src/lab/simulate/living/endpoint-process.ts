import { nextFloat, type Rng } from "../../../shared/rng.ts";
import { standardExponential } from "../sampler.ts";
import type { Agenda, Appointment } from "./agenda.ts";
import type { EndpointConditions } from "./conditions.ts";

/** What an endpoint does with a request that it was given. */
export interface Job {
  /** In ms at speed 1. */
  readonly work: number;
  /** It is worked on from now on. */
  begun(): void;
  /** It is done; `ok` unless the endpoint answers with an error. */
  done(ok: boolean): void;
  /** The endpoint crashed. */
  lost(): void;
}

interface Active {
  readonly job: Job;
  readonly startedAt: number;
  endsAt: number;
  appointment: Appointment;
}

/** What an endpoint tells of itself. */
export interface EndpointWitness {
  /** It worked on a request for this long. */
  worked(fromMs: number, toMs: number): void;
  /** So many requests are there now. */
  length(count: number): void;
}

/** One endpoint in virtual time: some workers, one line before them, and what goes wrong there. */
export class EndpointProcess {
  readonly #agenda: Agenda;
  readonly #conditions: EndpointConditions;
  readonly #speed: number;
  readonly #rng: Rng;
  readonly #witness: EndpointWitness;
  readonly #active = new Set<Active>();
  /** Those who wait, from `#head` on: taking the first costs nothing. */
  #line: Job[] = [];
  #head = 0;
  #pausedUntil = 0;
  #upSince = 0;
  up = true;

  constructor(agenda: Agenda, speed: number, conditions: EndpointConditions, rng: Rng, witness: EndpointWitness) {
    this.#agenda = agenda;
    this.#speed = speed;
    this.#conditions = conditions;
    this.#rng = rng;
    this.#witness = witness;
    if (conditions.pauses !== undefined) this.#plan(conditions.pauses.every, () => this.#pause());
    if (conditions.outages !== undefined) this.#plan(conditions.outages.every, () => this.#crash());
  }

  /** How many requests are here, those that wait included. */
  get length(): number {
    return this.#active.size + this.#line.length - this.#head;
  }

  /** Takes a request; false if there is no room for it. Only while it is up. */
  take(job: Job): boolean {
    const { concurrency = 1, queue = Number.POSITIVE_INFINITY } = this.#conditions;
    const waiting = this.#line.length - this.#head;
    if (this.#active.size < concurrency) this.#begin(job);
    else if (waiting < queue) this.#line.push(job);
    else return false;
    this.#witness.length(this.length);
    return true;
  }

  #begin(job: Job): void {
    const { now } = this.#agenda;
    const from = Math.max(now, this.#pausedUntil);
    const endsAt = from + job.work / (this.#speed * this.#warmth(from));
    const active: Active = {
      job,
      startedAt: now,
      endsAt,
      appointment: this.#agenda.at(endsAt, () => this.#end(active)),
    };
    this.#active.add(active);
    job.begun();
  }

  #end(active: Active): void {
    const { now } = this.#agenda;
    if (active.endsAt > now) {
      active.appointment = this.#agenda.at(active.endsAt, () => this.#end(active));
      return;
    }
    this.#active.delete(active);
    this.#witness.worked(active.startedAt, now);
    const { errors = 0 } = this.#conditions;
    active.job.done(errors === 0 || nextFloat(this.#rng) >= errors);
    this.#takeNext();
  }

  #takeNext(): void {
    if (this.#head === this.#line.length || this.#active.size >= (this.#conditions.concurrency ?? 1)) return;
    const job = this.#line[this.#head++] as Job;
    if (this.#head > 1000 && this.#head * 2 > this.#line.length) {
      this.#line = this.#line.slice(this.#head);
      this.#head = 0;
    }
    this.#begin(job);
  }

  /** Its part of the speed now: all of it once it is warm. */
  #warmth(now: number): number {
    const { warmUp } = this.#conditions;
    if (warmUp === undefined) return 1;
    const part = Math.min(1, (now - this.#upSince) / warmUp.for);
    return warmUp.speed + (1 - warmUp.speed) * part;
  }

  #pause(): void {
    const { every, for: ms } = this.#conditions.pauses as NonNullable<EndpointConditions["pauses"]>;
    this.#pausedUntil = this.#agenda.now + ms;
    for (const active of this.#active) active.endsAt += ms;
    this.#plan(every + ms, () => this.#pause(), ms);
  }

  #crash(): void {
    const { every, for: ms } = this.#conditions.outages as NonNullable<EndpointConditions["outages"]>;
    this.up = false;
    const lost = [...[...this.#active].map(({ job }) => job), ...this.#line.slice(this.#head)];
    for (const active of this.#active) {
      active.appointment.happen = undefined;
      this.#witness.worked(active.startedAt, this.#agenda.now);
    }
    this.#active.clear();
    this.#line = [];
    this.#head = 0;
    for (const job of lost) job.lost();
    this.#agenda.at(this.#agenda.now + ms, () => {
      this.up = true;
      this.#upSince = this.#agenda.now;
      this.#plan(every, () => this.#crash());
    });
  }

  /** After an exponential time with the mean, of which `least` is certain. */
  #plan(mean: number, happen: () => void, least = 0): void {
    const wait = least + (mean - least) * standardExponential(this.#rng);
    this.#agenda.at(this.#agenda.now + wait, happen);
  }
}
