import { connect, type NetConnectOpts, type Socket } from "node:net";
import { type BodyFraming, type Field, framingOf, type Head, readBody, readHead } from "./read-octets.ts";
import type { Watch } from "./watch.ts";

/** A final response as the client reads it. */
export interface SeenResponse extends Head {
  readonly status: number;
  /** The 1xx in front of it. */
  readonly interim: readonly Head[];
  readonly body: string;
  readonly trailers: readonly Field[];
  readonly framing: BodyFraming;
  /** The client has no reason to think that something is missing. */
  readonly whole: boolean;
}

/** A client that reads octets and knows of each response whether it is whole. */
export class ProbingClient {
  readonly socket: Socket;
  received = "";
  /** The other side has ended its half, in order; the reset or closed connection counts as `closed` only. */
  ended = false;
  closed = false;
  reset = false;
  private readonly heads: readonly boolean[];

  /** @param heads of each request: is it a HEAD? */
  constructor(address: NetConnectOpts, heads: readonly boolean[], watch: Watch) {
    this.heads = heads;
    this.socket = connect({ ...address, allowHalfOpen: true });
    this.socket.on("data", (chunk: Buffer) => {
      this.received += chunk.toString("latin1");
      watch.changed();
    });
    this.socket.on("end", () => {
      this.ended = true;
      watch.changed();
    });
    this.socket.on("error", () => {
      this.reset = true;
    });
    this.socket.on("close", () => {
      this.closed = true;
      watch.changed();
    });
  }

  get over(): boolean {
    return this.ended || this.closed;
  }

  /** Final responses, in order; the last one may not be whole. */
  responses(): SeenResponse[] {
    const found: SeenResponse[] = [];
    let interim: Head[] = [];
    let at = 0;
    for (;;) {
      const head = readHead(this.received, at);
      if (head === undefined || !head.line.startsWith("HTTP/")) return found;
      const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(head.line)?.[1] ?? 0);
      at = head.end;
      if (status < 200 && status !== 101) {
        interim.push(head);
        continue;
      }
      const response = this.finish(head, status, interim, this.heads[found.length] ?? false);
      found.push(response);
      interim = [];
      if (response.end === undefined) return found;
      at = response.end;
    }
  }

  private finish(head: Head & { end: number }, status: number, interim: readonly Head[], toHead: boolean) {
    const bodiless = toHead || status === 101 || status === 204 || status === 304;
    const framing = bodiless ? "none" : framingOf(head.fields, "until-close");
    const { text, trailers, end } = readBody(this.received, head.end, framing, head.fields);
    const whole = end !== undefined || (framing === "until-close" && this.over && !this.reset);
    return { line: head.line, fields: head.fields, status, interim, body: text, trailers, framing, whole, end };
  }

  /** How many final responses are whole. */
  get wholeResponses(): number {
    return this.responses().filter(({ whole }) => whole).length;
  }
}
