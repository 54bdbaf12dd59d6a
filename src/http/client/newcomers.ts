import type { Socket } from "node:net";
import type { Clock, Millis } from "../../shared/clock.ts";

/** How long a connection may wait for others to be accepted before it is served. */
const PATIENCE: Millis = 20;

/**
 * Connections that were accepted and are not served yet. Node accepts one in each turn of the event loop (libuv since
 * 1.45), and a turn takes as long as there is work: if everybody were served at once, the last of 500 clients that come
 * together would be let in more than half a second after the first. So newcomers wait, unread, until a turn has brought
 * no other. Turns are short then, and what is done for many at once is cheaper, too.
 */
export class Newcomers {
  private readonly clock: Clock;
  private readonly serve: (socket: Socket) => void;
  private waiting: Socket[] = [];
  /** How many there were a turn ago. */
  private before = 0;
  private deadline: Millis = 0;

  constructor(clock: Clock, serve: (socket: Socket) => void) {
    this.clock = clock;
    this.serve = serve;
  }

  /** @param socket paused (`pauseOnConnect`); it is read once `serve` has been given it */
  add(socket: Socket): void {
    this.waiting.push(socket);
    if (this.waiting.length > 1) return;
    this.before = 0;
    this.deadline = this.clock.now() + PATIENCE;
    setImmediate(this.onTurn);
  }

  private readonly onTurn = (): void => {
    const { waiting } = this;
    if (waiting.length > this.before && this.clock.now() < this.deadline) {
      this.before = waiting.length;
      setImmediate(this.onTurn);
      return;
    }
    this.waiting = [];
    for (const socket of waiting) {
      this.serve(socket);
      socket.resume();
    }
  };
}
