/** Runs only so many tasks at once; so many more may wait. */
export class Lanes {
  private readonly atOnce: number;
  private readonly mostWaiting: number;
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce: number, mostWaiting: number) {
    this.atOnce = atOnce;
    this.mostWaiting = mostWaiting;
  }

  /** `undefined`: too many wait already, and the task will not be run. */
  run<T>(task: () => Promise<T>): Promise<T> | undefined {
    if (this.running >= this.atOnce && this.waiting.length >= this.mostWaiting) return undefined;
    return this.whenFree(task);
  }

  private async whenFree<T>(task: () => Promise<T>): Promise<T> {
    if (this.running < this.atOnce) this.running++;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Whoever waits takes the place over.
      const next = this.waiting.shift();
      if (next === undefined) this.running--;
      else next();
    }
  }
}
