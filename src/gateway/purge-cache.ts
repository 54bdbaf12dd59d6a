import { CACHE_STORE } from "../policies/cache/policy.ts";
import { CacheStore, type Purge } from "../policies/cache/store.ts";
import type { SharedState } from "./shared-state.ts";

/**
 * Throws away stored responses of a gateway instance.
 * @returns how many
 */
export function purgeCache(shared: Pick<SharedState, "find">, purge: Purge): number {
  return storeOf(shared)?.purge(purge) ?? 0;
}

/** Throws away what is stored of URIs that another instance of the same gateway has seen changed. */
export function invalidateCache(shared: Pick<SharedState, "find">, uris: readonly string[]): void {
  const store = storeOf(shared);
  for (const uri of uris) store?.forget(uri);
}

/** Tells of the URIs that clients have changed, those of one turn of the event loop together. */
export function tellInvalidations(shared: Pick<SharedState, "find">, tell: (uris: readonly string[]) => void): void {
  const store = storeOf(shared);
  if (store === undefined) return;
  const changed = new Set<string>();
  store.onInvalidated = (uri) => {
    if (changed.size === 0) {
      setImmediate(() => {
        const uris = [...changed];
        changed.clear();
        tell(uris);
      });
    }
    changed.add(uri);
  };
}

function storeOf(shared: Pick<SharedState, "find">): CacheStore | undefined {
  const store = shared.find(CACHE_STORE);
  return store instanceof CacheStore ? store : undefined;
}
