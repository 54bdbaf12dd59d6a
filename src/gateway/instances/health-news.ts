import type { HealthChange } from "../gateway-service.ts";

/**
 * Every instance finds out for itself how endpoints are, and says so; a user wants to read it once. Passed on are the
 * first word of "down", and "up again" when the last instance that had said "down" has taken it back.
 */
export class HealthNews {
  private readonly down = new Map<string, Set<number>>();
  private readonly onChange: (change: HealthChange) => void;

  constructor(onChange: (change: HealthChange) => void) {
    this.onChange = onChange;
  }

  hear(instance: number, change: HealthChange): void {
    const key = JSON.stringify([change.service, change.endpoint]);
    const saying = this.down.get(key) ?? new Set();
    this.down.set(key, saying);
    const before = saying.size;
    if (change.to === "unhealthy") saying.add(instance);
    else saying.delete(instance);
    if ((before === 0) !== (saying.size === 0)) this.onChange(change);
  }

  /** The instance has ended, and with it what it said. */
  forget(instance: number): void {
    for (const saying of this.down.values()) saying.delete(instance);
  }
}
