import type { EndpointLoad, EndpointResult } from "./model.ts";

/** So many endpoints are shown one by one. */
const MOST_ROWS = 36;
/** Of more: the busiest stand alone, so that no outlier is averaged away, and the rest in so many groups. */
const ALONE = 12;
const GROUPS = 12;

/**
 * Who got what, beside what would be fair by speed. Up to 36 endpoints are shown in their order; of more, the busiest
 * come first, one by one, and then all others from the busiest to the idlest in groups of about the same size.
 * @param inFlight requests at an endpoint (by place) in an interval, on average; absent if not known
 */
export function endpointLoads(
  endpoints: readonly EndpointResult[],
  intervals: number,
  inFlight?: (endpoint: number, interval: number) => number,
): EndpointLoad[] {
  const requests = Math.max(
    1,
    total(endpoints, (endpoint) => endpoint.requests),
  );
  const speed = total(endpoints, (endpoint) => endpoint.speed);
  return groupsOf(endpoints).map((places) => {
    const members = places.map((place) => endpoints[place] as EndpointResult);
    const average = (interval: number): number =>
      rounded(total(places, (place) => inFlight?.(place, interval) ?? 0) / places.length, 100);
    return {
      endpoint: members[0]?.endpoint ?? "",
      endpoints: members.length,
      share: rounded(total(members, (member) => member.requests) / requests, 1e6),
      fairShare: rounded(total(members, (member) => member.speed) / speed, 1e6),
      inFlight: inFlight === undefined ? null : Array.from({ length: intervals }, (_, i) => average(i)),
    };
  });
}

/** Places of endpoints, row by row. */
function groupsOf(endpoints: readonly EndpointResult[]): number[][] {
  const places = endpoints.map((_, place) => place);
  if (places.length <= MOST_ROWS) return places.map((place) => [place]);
  const busy = (place: number): number => {
    const { requests = 0, speed = 1 } = endpoints[place] ?? {};
    return requests / speed;
  };
  const ranked = places.toSorted((a, b) => busy(b) - busy(a) || a - b);
  const rest = ranked.slice(ALONE);
  const groups = Array.from({ length: GROUPS }, (_, i) =>
    rest.slice(Math.round((i * rest.length) / GROUPS), Math.round(((i + 1) * rest.length) / GROUPS)),
  );
  return [...ranked.slice(0, ALONE).map((place) => [place]), ...groups].filter((group) => group.length > 0);
}

function total<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}

function rounded(value: number, parts: number): number {
  return Math.round(value * parts) / parts;
}
