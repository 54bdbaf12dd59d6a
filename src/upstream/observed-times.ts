import type { EndpointId } from "../balancing/algorithm.ts";
import type { Millis } from "../shared/clock.ts";

/** How long answers of one endpoint took, in the last minutes in which it answered. Plain JSON. */
export interface EndpointTimes {
  readonly endpoint: EndpointId;
  /** Requests whose response head came. */
  readonly answers: number;
  /** From the first of them to the last, in ms. */
  readonly overMs: Millis;
  /** From the begin of a try to the response head; 0 if there were none. */
  readonly meanMs: Millis;
  /** How many took how long, from short to long: at most so many ms, and more than the eighth of an octave below. */
  readonly times: readonly (readonly [upToMs: Millis, answers: number])[];
}

/** Of each endpoint of a service. */
export interface ServiceTimes {
  readonly service: string;
  readonly endpoints: readonly EndpointTimes[];
}

/** Eight buckets an octave from 1/16 ms to a minute: each 9 % wider than the one before. */
const PER_OCTAVE = 8;
const LOWEST_MS = 1 / 16;
const BUCKETS = 20 * PER_OCTAVE + 1;
/** After so long, what was observed moves aside, and after as long again it is forgotten; after a pause of it, at once. */
const TURN_MS = 5 * 60_000;

/** The width of a bucket: its upper bound ÷ its lower one. */
export const BUCKET_RATIO = 2 ** (1 / PER_OCTAVE);

interface Turn {
  counts: Uint32Array | undefined;
  answers: number;
  sumMs: number;
  firstAt: Millis;
  lastAt: Millis;
}

/**
 * What an endpoint's answers took in the last 5 to 10 minutes of its traffic, in at most 1.3 KB however many they are;
 * nothing where none came. Silence alone forgets nothing: how it was stays known until something new comes.
 */
export class ObservedTimes {
  #current = emptyTurn();
  #before = emptyTurn();

  /** An answer came; its head took `ms`. */
  record(ms: Millis, now: Millis): void {
    if (this.#current.answers > 0 && now - this.#current.firstAt >= TURN_MS) this.#turn(now);
    const turn = this.#current;
    turn.counts ??= new Uint32Array(BUCKETS);
    const bucket = bucketOf(ms);
    turn.counts[bucket] = (turn.counts[bucket] as number) + 1;
    if (turn.answers === 0) turn.firstAt = now;
    turn.answers++;
    turn.sumMs += Math.max(0, ms);
    turn.lastAt = now;
  }

  #turn(now: Millis): void {
    const stale = now - this.#current.lastAt >= TURN_MS;
    this.#before = stale ? emptyTurn() : this.#current;
    this.#current = emptyTurn();
  }

  snapshot(endpoint: EndpointId): EndpointTimes {
    const turns = [this.#before, this.#current].filter(({ answers }) => answers > 0);
    const [first, last] = [turns[0], turns.at(-1)];
    if (first === undefined || last === undefined) return { endpoint, answers: 0, overMs: 0, meanMs: 0, times: [] };
    const answers = turns.reduce((sum, turn) => sum + turn.answers, 0);
    const times: [Millis, number][] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket++) {
      const count = turns.reduce((sum, { counts }) => sum + (counts?.[bucket] ?? 0), 0);
      if (count > 0) times.push([upperBound(bucket), count]);
    }
    const sumMs = turns.reduce((sum, turn) => sum + turn.sumMs, 0);
    const overMs = Math.round(last.lastAt - first.firstAt);
    return { endpoint, answers, overMs, meanMs: rounded(sumMs / answers), times };
  }
}

/** What several instances have observed of the same services, put together. */
export function mergeTimes(views: readonly (readonly ServiceTimes[])[]): ServiceTimes[] {
  const services = new Map<string, Map<EndpointId, EndpointTimes>>();
  for (const { service, endpoints } of views.flat()) {
    const known = services.get(service) ?? new Map<EndpointId, EndpointTimes>();
    services.set(service, known);
    for (const times of endpoints) {
      const before = known.get(times.endpoint);
      known.set(times.endpoint, before === undefined ? times : mergeEndpoint(before, times));
    }
  }
  return [...services].map(([service, endpoints]) => ({ service, endpoints: [...endpoints.values()] }));
}

function mergeEndpoint(a: EndpointTimes, b: EndpointTimes): EndpointTimes {
  const counts = new Map(a.times);
  for (const [upToMs, count] of b.times) counts.set(upToMs, (counts.get(upToMs) ?? 0) + count);
  const answers = a.answers + b.answers;
  return {
    endpoint: a.endpoint,
    answers,
    // They observe at the same time.
    overMs: Math.max(a.overMs, b.overMs),
    meanMs: answers === 0 ? 0 : rounded((a.meanMs * a.answers + b.meanMs * b.answers) / answers),
    times: [...counts].toSorted((x, y) => x[0] - y[0]),
  };
}

function emptyTurn(): Turn {
  return { counts: undefined, answers: 0, sumMs: 0, firstAt: 0, lastAt: 0 };
}

function bucketOf(ms: Millis): number {
  if (!(ms > LOWEST_MS)) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(Math.log2(ms / LOWEST_MS) * PER_OCTAVE));
}

function upperBound(bucket: number): Millis {
  return rounded(LOWEST_MS * 2 ** (bucket / PER_OCTAVE));
}

function rounded(ms: number): Millis {
  return Math.round(ms * 1000) / 1000;
}
