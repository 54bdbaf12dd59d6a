import type { EligibilityMode } from "../../upstream/eligibility.ts";
import type { Health } from "../../upstream/health/state.ts";
import type { EndpointSnapshot, ServiceSnapshot } from "../../upstream/snapshot.ts";

/** An endpoint as several instances see it. */
export interface MergedEndpoint extends EndpointSnapshot {
  /** How many instances say what, where they differ; `health` is then the worst of it. */
  readonly healthByInstance?: Readonly<Partial<Record<Health, number>>>;
}

/** A service as several instances see it. */
export interface MergedService extends Omit<ServiceSnapshot, "endpoints"> {
  readonly endpoints: readonly MergedEndpoint[];
  /** How many instances say what, where they differ; `mode` is then the worst of it. */
  readonly modeByInstance?: Readonly<Partial<Record<EligibilityMode, number>>>;
}

/** What instances that have ended had counted of an endpoint. */
export type CountsBefore = (service: string, endpoint: string) => Pick<EndpointSnapshot, "requests" | "failures">;

/** The worst first. An instance that has not looked yet does not contradict one that has. */
const HEALTH: readonly Health[] = ["unhealthy", "healthy", "unknown"];
const PHASES = ["open", "half-open", "closed"] as const;
const MODES: readonly EligibilityMode[] = ["none", "panic", "backup", "normal"];

/** The same services, seen by several instances, as one: what they count added up, and where they differ, that said. */
export function mergeServices(views: readonly (readonly ServiceSnapshot[])[], before: CountsBefore): MergedService[] {
  const byName = groupBy(views.flat(), ({ service }) => service);
  return [...byName.entries()].map(([service, same]) => {
    const modes = count(same.map(({ mode }) => mode));
    const endpoints = groupBy(
      same.flatMap((each) => each.endpoints),
      ({ id }) => id,
    );
    return {
      service,
      algorithm: first(same).algorithm,
      mode: MODES.find((mode) => modes[mode] !== undefined) ?? "normal",
      ...(first(same).discovered === undefined ? {} : { discovered: first(same).discovered as string }),
      ...mergeBreakers(same),
      ...mergeLimits(same),
      ...(Object.keys(modes).length > 1 ? { modeByInstance: modes } : {}),
      endpoints: [...endpoints.entries()].map(([id, seen]) => mergeEndpoint(seen, before(service, id))),
    };
  });
}

function mergeEndpoint(seen: readonly EndpointSnapshot[], before: ReturnType<CountsBefore>): MergedEndpoint {
  const healths = count(seen.map(({ health }) => health));
  const health = HEALTH.find((each) => healths[each] !== undefined) ?? "unknown";
  const witnesses = seen.filter((each) => each.health === health);
  // The one that has known it for the longest.
  const witness = witnesses.reduce((a, b) => (b.sinceMs > a.sinceMs ? b : a));
  const contradicted = health === "unhealthy" && witnesses.length < seen.length;
  return {
    ...first(seen),
    health,
    reason: witness.reason,
    sinceMs: witness.sinceMs,
    eligible: seen.some(({ eligible }) => eligible),
    draining: seen.some(({ draining }) => draining),
    inFlight: sum(seen.map(({ inFlight }) => inFlight)),
    requests: before.requests + sum(seen.map(({ requests }) => requests)),
    failures: before.failures + sum(seen.map(({ failures }) => failures)),
    latencyMs: meanLatency(seen),
    lastFailure: latest(seen),
    ejected: longestEjection(seen),
    ...(contradicted ? { healthByInstance: healths } : {}),
  };
}

/** The one that is furthest from closed; what they count added up. */
function mergeBreakers(same: readonly ServiceSnapshot[]): Pick<ServiceSnapshot, "breaker"> {
  const breakers = same.flatMap(({ breaker }) => breaker ?? []);
  const worst = PHASES.flatMap((phase) => breakers.find((each) => each.phase === phase) ?? [])[0];
  if (worst === undefined) return {};
  const tries = sum(breakers.map((each) => each.tries));
  return { breaker: { ...worst, tries, errors: sum(breakers.map(({ errors }) => errors)) } };
}

function mergeLimits(same: readonly ServiceSnapshot[]): Pick<ServiceSnapshot, "limits"> {
  const all = same.flatMap(({ limits }) => limits ?? []);
  if (all.length === 0) return {};
  return { limits: { inside: sum(all.map(({ inside }) => inside)), waiting: sum(all.map(({ waiting }) => waiting)) } };
}

/** What keeps an endpoint aside for the longest. */
function longestEjection(seen: readonly EndpointSnapshot[]): EndpointSnapshot["ejected"] {
  const ejections = seen.flatMap(({ ejected }) => ejected ?? []);
  return ejections.toSorted((a, b) => b.leftMs - a.leftMs)[0] ?? null;
}

/** Weighed by requests: an instance that has seen few knows little. */
function meanLatency(seen: readonly EndpointSnapshot[]): number | null {
  const measured = seen.filter(({ latencyMs }) => latencyMs !== null);
  if (measured.length === 0) return null;
  const weight = ({ requests }: EndpointSnapshot): number => Math.max(requests, 1);
  const total = sum(measured.map((each) => (each.latencyMs ?? 0) * weight(each)));
  return Math.round((total / sum(measured.map(weight))) * 100) / 100;
}

function latest(seen: readonly EndpointSnapshot[]): EndpointSnapshot["lastFailure"] {
  const failures = seen.flatMap(({ lastFailure }) => lastFailure ?? []);
  return failures.reduce<EndpointSnapshot["lastFailure"]>((a, b) => (a !== null && a.agoMs <= b.agoMs ? a : b), null);
}

function groupBy<T>(all: readonly T[], key: (each: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const each of all) {
    const group = groups.get(key(each));
    if (group === undefined) groups.set(key(each), [each]);
    else group.push(each);
  }
  return groups;
}

function count<K extends string>(words: readonly K[]): Partial<Record<K, number>> {
  const counts: Partial<Record<K, number>> = {};
  for (const word of words) counts[word] = (counts[word] ?? 0) + 1;
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function first<T>(all: readonly T[]): T {
  return all[0] as T;
}
