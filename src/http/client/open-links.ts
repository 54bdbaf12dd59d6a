import type { Millis } from "../../shared/clock.ts";
import type { ClientLink } from "./client-link.ts";

/** The connections of a listener, since when they are open, and which of them are to end with their next answer. */
export class OpenLinks {
  private readonly since = new Map<ClientLink, Millis>();
  private readonly leaving = new Set<ClientLink>();

  [Symbol.iterator](): Iterator<ClientLink> {
    return this.since.keys();
  }

  add(link: ClientLink, now: Millis): void {
    this.since.set(link, now);
  }

  delete(link: ClientLink): void {
    this.since.delete(link);
    if (this.leaving.size > 0) this.leaving.delete(link);
  }

  isLeaving(link: ClientLink): boolean {
    return this.leaving.size > 0 && this.leaving.has(link);
  }

  /** Connections on which clients can be told to come again that were open by then, and have not been told. */
  countMovable(openedBy: Millis): number {
    let count = 0;
    for (const [link, since] of this.since) if (this.isMovable(link, since, openedBy)) count++;
    return count;
  }

  /** Has so many of them end with their next answer. */
  moveOn(count: number, openedBy: Millis): void {
    let left = count;
    for (const [link, since] of this.since) {
      if (left === 0) return;
      if (!this.isMovable(link, since, openedBy)) continue;
      this.leaving.add(link);
      left--;
    }
  }

  private isMovable(link: ClientLink, since: Millis, openedBy: Millis): boolean {
    return link.canMove === true && since <= openedBy && !this.leaving.has(link);
  }
}
