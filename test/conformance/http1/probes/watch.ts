/** Wakes whoever waits for something to hold, each time that something has happened. */
export class Watch {
  private readonly waiting = new Set<() => void>();

  /** Something has happened. */
  changed(): void {
    for (const look of [...this.waiting]) look();
  }

  /** Resolves as soon as `holds` does, with true, or with false when `withinMs` have passed. */
  until(holds: () => boolean, withinMs: number): Promise<boolean> {
    if (holds()) return Promise.resolve(true);
    return new Promise((resolve) => {
      const settle = (held: boolean): void => {
        clearTimeout(timer);
        this.waiting.delete(look);
        resolve(held);
      };
      const look = (): void => {
        if (holds()) settle(true);
      };
      const timer = setTimeout(() => settle(holds()), withinMs);
      this.waiting.add(look);
    });
  }
}
