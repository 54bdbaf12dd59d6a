import type { KeyPopularity } from "./keys.ts";
import type { Conditions, EndpointConditions } from "./living/conditions.ts";

/** Endpoints that are alike. */
export interface EndpointGroup extends EndpointConditions {
  /** How many of them there are; with another total number of endpoints, groups keep their proportions. */
  readonly count: number;
  /** How much work one does in a unit of time; 1 is the speed that service times are given for. */
  readonly speed: number;
  /** The weight that the operator has configured; 1 unless given. */
  readonly weight?: number;
  /** Of a group of one: its id, which is what algorithms that hash place it by. */
  readonly id?: string | undefined;
}

/** A situation in which algorithms are compared. Plain data. */
export interface Scenario {
  readonly name: string;
  /** What it is like, in a phrase: "equal endpoints, busy". */
  readonly summary: string;
  /** What it shows, and who should look at it. One or two sentences. */
  readonly purpose: string;
  readonly endpoints: readonly EndpointGroup[];
  /** Offered work ÷ the speed of all endpoints together: above 0, below 1. */
  readonly load: number;
  /** As `parseServiceTime` reads it. */
  readonly serviceTime: string;
  /** As `parseArrivals` reads it. */
  readonly arrivals: string;
  readonly keys: KeyPopularity;
  /** Requests per algorithm, all replications together, unless the user says otherwise. */
  readonly requests: number;
  /** Independent runs into which they are split: as many as leave each long beside the time it takes to settle. */
  readonly replications: number;
  /** What else goes on: at the gateway, on the wire, among the users. Nothing unless given. */
  readonly conditions?: Conditions | undefined;
}

/** Keeps a scenario's literal type while it is written. */
export function defineScenario(scenario: Scenario): Scenario {
  return scenario;
}

/** Each endpoint by itself. */
export interface Capacity {
  /** `endpoint-N` unless given. */
  readonly id: string | undefined;
  readonly speed: number;
  readonly weight: number;
  readonly conditions: EndpointConditions;
}

/**
 * The endpoints of a scenario, or `total` of them in the same proportions; each group keeps at least one, so that
 * "one of them is slow" stays true, while there are endpoints for all groups.
 */
export function endpointsOf(groups: readonly EndpointGroup[], total?: number): Capacity[] {
  const counts = total === undefined ? undefined : deal(groups, total);
  return groups.flatMap(({ count, speed, weight = 1, id, ...conditions }, i) =>
    Array.from({ length: counts?.[i] ?? count }, () => ({ id, speed, weight, conditions })),
  );
}

/** One to each group, and every further one to the group that has least for its size (D'Hondt's method). */
function deal(groups: readonly EndpointGroup[], total: number): number[] {
  const counts: number[] = groups.map((_, i) => (i < total ? 1 : 0));
  const need = (i: number) => (groups[i]?.count ?? 0) / ((counts[i] ?? 0) + 1);
  for (let dealt = groups.length; dealt < total; dealt++) {
    let neediest = 0;
    for (let i = 1; i < groups.length; i++) if (need(i) > need(neediest)) neediest = i;
    counts[neediest] = (counts[neediest] ?? 0) + 1;
  }
  return counts;
}

/** What an endpoint is called. */
export function endpointId({ id }: Capacity, index: number): string {
  return id ?? `endpoint-${index + 1}`;
}
