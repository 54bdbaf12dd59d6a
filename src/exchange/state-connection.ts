import type { Millis } from "../shared/clock.ts";

/**
 * The store that several gateways share, as `state:` of the config names it. It can be gone at any time, and then the
 * gateway goes on without it: no question ever fails, and none waits for longer than 100 ms. `undefined` always means "not
 * to be had now": do then as if there were no such store, and count it as a fallback. While it is known to be gone,
 * `isUp` is false, and who looks there first need not make a promise at all.
 *
 * Keys are put under a prefix of the gateway's own. Begin them with what they are for, as in `cache:…`; those that one
 * script looks at together need a hash tag, as in `{limits}:…`, so that they are kept together.
 */
export interface StateConnection {
  /** Whether it answers, as far as is known. */
  readonly isUp: boolean;
  /** @returns `null` if there is nothing under the key */
  get(key: string): Promise<Uint8Array | null | undefined>;
  /** Keeps a value for `ttl`, at least 1 ms. */
  set(key: string, value: Uint8Array | string, ttl: Millis): Promise<true | undefined>;
  /** @returns how many of the keys there were */
  del(...keys: readonly string[]): Promise<number | undefined>;
  /**
   * Runs a script there, undivided: nothing else happens meanwhile.
   * @returns what the script does: numbers (whole ones), texts, lists of those, `null` for nil
   */
  eval(script: StateScript, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown>;
}

/** A script for the store. */
export interface StateScript {
  /** In Lua 5.1, as Redis runs it. */
  readonly lua: string;
  /** SHA-1 of `lua` in hex: what the store knows it by. */
  readonly sha1: string;
}

/** The store has gone, or is there again. */
export interface StateChange {
  /** Its URL, without credentials. */
  readonly store: string;
  readonly isUp: boolean;
  /** Why it counts as gone: a phrase. */
  readonly reason?: string;
}
