import { connect } from "node:net";
import { setImmediate as turn } from "node:timers/promises";

/** What a raw connection got back. */
export interface RawAnswer {
  readonly text: string;
  /** The statuses of the answers, in order. */
  readonly statuses: readonly number[];
  /** The other side ended the connection. */
  readonly closed: boolean;
}

/**
 * Sends octets (one character each) as they are, each part in a write of its own, and reads until `enough` answers have
 * come or the other side closes.
 */
export async function sendRaw(port: number, parts: readonly string[], enough: number): Promise<RawAnswer> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  let text = "";
  let closed = false;
  const done = new Promise<void>((resolve) => {
    socket.on("error", () => {});
    socket.once("close", () => resolve());
    socket.once("end", () => {
      closed = true;
    });
    socket.on("data", (chunk) => {
      text += chunk.toString("latin1");
      if (statusesOf(text).length >= enough) resolve();
    });
  });
  for (const part of parts) {
    socket.write(part, "latin1");
    // Between two writes the gateway, in this same process, gets to read the first.
    for (let i = 0; i < 4; i++) await turn();
  }
  await done;
  socket.destroy();
  return { text, statuses: statusesOf(text), closed };
}

function statusesOf(text: string): number[] {
  return [...text.matchAll(/HTTP\/1\.1 (\d{3}) [^\r]*\r\n(?:[^\r\n]+\r\n)*\r\n/g)].map((match) => Number(match[1]));
}
