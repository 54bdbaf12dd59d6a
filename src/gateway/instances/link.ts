/**
 * A line of messages to another process of this gateway. Messages come whole and in order, until the line closes.
 * Anything that structured clone takes can be sent.
 */
export interface Link {
  /** `sent` is called when the message has left this process, or never can. */
  send(message: unknown, sent?: () => void): void;
  onMessage(listener: (message: unknown) => void): void;
  onClose(listener: () => void): void;
}
