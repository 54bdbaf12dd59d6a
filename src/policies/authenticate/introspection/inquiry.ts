/** One question that any number of requests wait for. When the last of them has gone, it is given up. */
export class Inquiry<T> {
  readonly answer: Promise<T>;
  private readonly controller = new AbortController();
  private waiting = 0;

  constructor(ask: (controller: AbortController) => Promise<T>) {
    this.answer = ask(this.controller);
  }

  join(): void {
    this.waiting++;
  }

  /** @returns true if nobody waits any more: the question has been given up */
  leave(): boolean {
    if (--this.waiting > 0) return false;
    this.controller.abort();
    return true;
  }
}
