import type { KeySet } from "./key-set.ts";

/** Where a verifier has its keys from, and how they are kept fresh. */
export interface KeySource {
  /** The keys to go by now, or `undefined` where `load` has to be waited for. Has them renewed in time. */
  current(): KeySet | undefined;
  /** The same without any effect, for explanations. */
  known(): KeySet | undefined;
  /** Gets keys; `undefined` if there are none to be had. Never rejects. */
  load(): Promise<KeySet | undefined>;
  /** Looks again because of an unknown key; `undefined` if that was done a moment ago. */
  lookAgain(): Promise<KeySet | undefined> | undefined;
  /** Why there are none: a phrase for the log and for `route`. */
  readonly problem: string;
}
