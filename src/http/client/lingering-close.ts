import type { Socket } from "node:net";
import type { Millis } from "../../shared/clock.ts";

/** How long a refused client may go on sending before the connection is ended for good. */
const LINGER: Millis = 1_000;

/**
 * The end of a connection whose last answer has been written: the sending side ends at once, and what comes is read and
 * dropped for a while. A socket closed with octets unread would be reset, and the client might never see the answer.
 */
export class LingeringClose {
  private readonly socket: Socket;
  private readonly patience: Millis;
  private unsent = 0;
  private deadline: Millis;

  /**
   * @param halfClosed the client has nothing more to send
   * @param patience how long a client may take nothing of what is still on its way to it
   */
  constructor(socket: Socket, now: Millis, halfClosed: boolean, patience: Millis) {
    this.socket = socket;
    this.patience = patience;
    this.deadline = now + LINGER;
    if (halfClosed) socket.destroySoon();
    else socket.end();
  }

  /** What has not left yet is still the client's, as long as it takes any of it; the lingering begins behind that. */
  sweep(now: Millis): void {
    const unsent = this.socket.writableLength;
    if (unsent !== this.unsent) {
      this.unsent = unsent;
      this.deadline = now + (unsent > 0 ? this.patience : LINGER);
    } else if (now >= this.deadline) this.socket.destroy();
  }
}
