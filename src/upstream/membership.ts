import type { Millis } from "../shared/clock.ts";
import type { LiveEndpoint } from "./live-endpoint.ts";
import { createLiveEndpoint } from "./live-endpoint.ts";
import type { EndpointSpec } from "./schema/endpoints.ts";

export interface MembershipChange<T> {
  /** All members, in the order of the specs. */
  readonly members: LiveEndpoint<T>[];
  readonly joined: readonly LiveEndpoint<T>[];
  readonly left: readonly LiveEndpoint<T>[];
}

/**
 * Brings the members in line with a new list, by id. Those that stay keep their health, their counters and their
 * drain; a weight set at run time stays until the list itself gives the endpoint another one.
 */
export function changeMembers<T>(
  current: readonly LiveEndpoint<T>[],
  specs: readonly EndpointSpec[],
  attach: (spec: EndpointSpec) => T,
  now: Millis,
): MembershipChange<T> {
  const before = new Map(current.map((endpoint) => [endpoint.id, endpoint]));
  const joined: LiveEndpoint<T>[] = [];
  const members = specs.map((spec) => {
    const known = before.get(spec.id);
    before.delete(spec.id);
    if (known === undefined) {
      const endpoint = createLiveEndpoint(spec, attach(spec), now);
      joined.push(endpoint);
      return endpoint;
    }
    if (known.spec.weight !== spec.weight) known.candidate.weight = spec.weight;
    known.spec = spec;
    return known;
  });
  return { members, joined, left: [...before.values()] };
}
