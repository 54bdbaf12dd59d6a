import type { StateChange } from "../../exchange/state-connection.ts";

/**
 * Every instance finds out for itself that the shared store has gone, and says so; a user wants to read it once. Passed on
 * are the first "gone", and "there again" when the last instance that had said "gone" has taken it back.
 */
export class StateNews {
  private readonly missing = new Set<number>();
  private readonly onChange: (change: StateChange) => void;

  constructor(onChange: (change: StateChange) => void) {
    this.onChange = onChange;
  }

  hear(instance: number, change: StateChange): void {
    const before = this.missing.size;
    if (change.isUp) this.missing.delete(instance);
    else this.missing.add(instance);
    if ((before === 0) !== (this.missing.size === 0)) this.onChange(change);
  }

  /** The instance has ended, and with it what it said. */
  forget(instance: number): void {
    this.missing.delete(instance);
  }
}
