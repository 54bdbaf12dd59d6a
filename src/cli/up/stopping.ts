import type { CommandContext } from "../context.ts";

/** The user's wish to stop. */
export interface Stopping {
  /** Resolves with the first Ctrl-C. */
  readonly first: Promise<void>;
  /** Resolves with the second: whatever is still going on is to be cut. */
  readonly second: Promise<void>;
  readonly asked: boolean;
  /** Ctrl-C has its usual effect again. */
  release(): void;
}

/** Takes Ctrl-C and SIGTERM: the first asks to stop, the second to stop at once. */
export function watchStopping(ctx: CommandContext): Stopping {
  let asked = false;
  let onFirst = (): void => {};
  let onSecond = (): void => {};
  const first = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const second = new Promise<void>((resolve) => {
    onSecond = resolve;
  });
  const release = ctx.onInterrupt(() => {
    if (asked) return onSecond();
    asked = true;
    onFirst();
  });
  return {
    first,
    second,
    get asked() {
      return asked;
    },
    release,
  };
}
