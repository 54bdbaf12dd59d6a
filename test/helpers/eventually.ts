import { vi } from "vitest";

/**
 * Waits until something holds, looking every few milliseconds, and gives what it was.
 * @throws Error with `what` when `withinMs` have passed
 */
export async function until<T>(
  read: () => T,
  what: string | (() => string) = "it did not come to hold",
  withinMs = 10_000,
): Promise<Exclude<T, false | undefined | null | 0 | "">> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const value = read();
    if (value) return value as Exclude<T, false | undefined | null | 0 | "">;
    if (performance.now() > deadline)
      throw new Error(`${typeof what === "string" ? what : what()} within ${withinMs} ms`);
    await pause(4);
  }
}

/** Waits until `check` no longer throws, and gives what it returns; `vi.waitFor` by itself gives up after a second. */
export function eventually<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: 10_000, interval: 10 });
}

/** At most 50 ms: longer waits are for `until`. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50)));
}
