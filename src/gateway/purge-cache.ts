import { CACHE_STORE } from "../policies/cache/policy.ts";
import { CacheStore, type Purge } from "../policies/cache/store.ts";
import type { SharedState } from "./shared-state.ts";

/**
 * Throws away stored responses of a gateway instance.
 * @returns how many
 */
export function purgeCache(shared: Pick<SharedState, "find">, purge: Purge): number {
  const store = shared.find(CACHE_STORE);
  return store instanceof CacheStore ? store.purge(purge) : 0;
}
