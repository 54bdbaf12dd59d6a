import type { Clock } from "../../shared/clock.ts";
import type { PolicyDeps } from "../policy.ts";
import type { Windows } from "./reuse.ts";
import type { CacheStore } from "./store.ts";

/** What became of a request, for the metric. */
export type CacheResult = "hit" | "stale" | "revalidated" | "collapsed" | "miss" | "bypass";

/** What the parts of one route's cache have in common. */
export interface CacheContext {
  readonly store: CacheStore;
  readonly clock: Clock;
  /** In ms since 1970. */
  readonly wallClock: Clock;
  /** In seconds, where a response gives no freshness. */
  readonly ttl: number | undefined;
  readonly windows: Windows;
  /** Request fields that are part of the key, in lower case, sorted. */
  readonly vary: readonly string[];
  readonly maxEntryBytes: number;
  readonly count: (result: CacheResult) => void;
}

const RESULTS = ["hit", "stale", "revalidated", "collapsed", "miss", "bypass"] as const satisfies CacheResult[];

/** Counts a route's requests by what became of them. */
export function countResults({ counter, routeName }: PolicyDeps): (result: CacheResult) => void {
  const found = RESULTS.map(
    (result) => [result, counter?.("gatewayctl_cache_requests_total", { route: routeName, result })] as const,
  );
  const counters = new Map(found);
  return (result) => {
    const one = counters.get(result);
    if (one !== undefined) one.value++;
  };
}
