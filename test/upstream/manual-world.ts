import { createRng } from "../../src/shared/rng.ts";
import type { Probe, ProbeRequest, ProbeResult } from "../../src/upstream/health/probe.ts";
import type { LiveEndpoint } from "../../src/upstream/live-endpoint.ts";
import { serviceSchema } from "../../src/upstream/schema.ts";
import type { EndpointOrigin } from "../../src/upstream/schema/endpoint-url.ts";
import type { EndpointSpec } from "../../src/upstream/schema/endpoints.ts";
import { ServiceUpstream } from "../../src/upstream/service-upstream.ts";
import type { Timers } from "../../src/shared/timers.ts";

/** A clock that a test turns by hand, and the timers on it. */
export class ManualTime implements Timers {
  #now = 1_000;
  #next = 1;
  readonly #due = new Map<number, { at: number; callback: () => void }>();

  now(): number {
    return this.#now;
  }

  get pending(): number {
    return this.#due.size;
  }

  after(ms: number, callback: () => void): () => void {
    const handle = this.#next++;
    this.#due.set(handle, { at: this.#now + ms, callback });
    return () => void this.#due.delete(handle);
  }

  /** Turns the clock on by `ms`, running what falls due in order. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = [...this.#due].filter(([, timer]) => timer.at <= end).sort((a, b) => a[1].at - b[1].at)[0];
      if (next === undefined) break;
      this.#due.delete(next[0]);
      this.#now = Math.max(this.#now, next[1].at);
      next[1].callback();
    }
    this.#now = end;
  }
}

/** A probe that a test answers by hand, or by a function of the endpoint. */
export class ManualProbe {
  readonly asked: { id: string; at: number; request: ProbeRequest; report: (result: ProbeResult) => void }[] = [];
  open = 0;
  answer: ((id: string) => boolean) | undefined;
  /** How long an automatic answer takes, in ms. */
  delay = 1;
  readonly #time: ManualTime;

  constructor(time: ManualTime) {
    this.#time = time;
  }

  readonly probe: Probe = (target: EndpointOrigin, request, report) => {
    this.open++;
    let ended = false;
    const end = (): void => {
      if (!ended) this.open--;
      ended = true;
      forget?.();
    };
    const tell = (result: ProbeResult): void => {
      if (ended) return;
      end();
      report(result);
    };
    const { answer } = this;
    const forget =
      answer === undefined
        ? undefined
        : this.#time.after(this.delay, () => {
            const passed = answer(target.id);
            tell({ passed, reason: passed ? "HTTP 200" : "HTTP 503" });
          });
    this.asked.push({ id: target.id, at: this.#time.now(), request, report: tell });
    return end;
  };
}

export interface World {
  readonly time: ManualTime;
  readonly probes: ManualProbe;
  readonly service: ServiceUpstream<{ pool: string }>;
  readonly detached: string[];
  readonly changes: string[];
  /** "URL for MS: reason" */
  readonly ejections: string[];
  readonly breakers: string[];
}

/** A service on a manual clock. `config` is the long form of a service, as in the config file. */
export function createWorld(config: Record<string, unknown>, seed = "test"): World {
  const spec = serviceSchema.parse(config);
  if (spec.endpoints?.kind !== "list") throw new Error("the world takes a list of endpoints");
  const time = new ManualTime();
  const probes = new ManualProbe(time);
  const detached: string[] = [];
  const changes: string[] = [];
  const ejections: string[] = [];
  const breakers: string[] = [];
  const service = new ServiceUpstream<{ pool: string }>({
    name: "users",
    spec,
    endpoints: spec.endpoints.list,
    attach: (endpoint: EndpointSpec) => ({ pool: endpoint.id }),
    detach: ({ pool }) => detached.push(pool),
    clock: time,
    rng: createRng(`${seed}:users`),
    timers: time,
    probe: probes.probe,
    onHealthChange: (endpoint: LiveEndpoint<unknown>, from, to, reason) =>
      changes.push(`${endpoint.id} ${from} → ${to}: ${reason}`),
    onEjection: ({ id }, forMs, because) => ejections.push(`${id} for ${forMs}: ${because}`),
    onBreaker: (from, to, reason) => breakers.push(`${from} → ${to}: ${reason}`),
  });
  return { time, probes, service, detached, changes, ejections, breakers };
}

/** `n` endpoints on this machine: http://localhost:1, :2, … */
export function urls(n: number): string[] {
  return Array.from({ length: n }, (_, i) => `http://localhost:${i + 1}`);
}
