import { type AddressInfo, createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Answer, EndpointStep } from "./probe.ts";
import { type Field, framingOf, type Head, readBody, readHead } from "./read-octets.ts";
import type { Watch } from "./watch.ts";

/** A whole request as the endpoint reads it. */
export interface SeenRequest extends Head {
  readonly body: string;
  readonly trailers: readonly Field[];
}

/** What answers a request that only asks whether the connection can still be used. */
export const SENTINEL = "/sentinel-7f3a";
const SENTINEL_ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\nsentinel";
export const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/** Time for what was written to be read on the other side by itself. */
const GAP_MS = 10;

/** An endpoint that follows a script. */
export class ScriptedEndpoint {
  readonly requests: SeenRequest[] = [];
  /** Octets as they came, one text a connection. */
  readonly received: string[] = [];
  private readonly sockets: Socket[] = [];
  private readonly server: Server;
  private readonly answers: readonly Answer[];
  private readonly watch: Watch;
  private readonly patienceMs: number;
  private begun = 0;
  /** What the client has got: for steps that wait for it. */
  clientReceived: () => string = () => "";

  constructor(answers: readonly (string | Answer)[], watch: Watch, patienceMs: number) {
    this.answers = answers.map((answer) => (typeof answer === "string" ? { atEnd: [answer] } : answer));
    this.watch = watch;
    this.patienceMs = patienceMs;
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => void this.serve(socket));
  }

  /** @returns the port, where there is one */
  async listen(options: ListenOptions): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once("error", reject);
      this.server.listen(options, resolve);
    });
    const address = this.server.address();
    return typeof address === "object" && address !== null ? (address satisfies AddressInfo).port : 0;
  }

  /** All octets that came, connection after connection. */
  get allReceived(): string {
    return this.received.join("");
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(socket: Socket): Promise<void> {
    const index = this.received.push("") - 1;
    this.sockets.push(socket);
    socket.on("error", () => {});
    // Whoever is done with the connection is not kept waiting for this side to end it.
    socket.on("end", () => void setTimeout(() => socket.destroySoon(), 4 * GAP_MS));
    socket.on("data", (chunk: Buffer) => {
      this.received[index] += chunk.toString("latin1");
      this.watch.changed();
    });
    const gone = new Promise<false>((resolve) => void socket.once("close", () => resolve(false)));
    const came = (): string => this.received[index] as string;
    for (let at = 0; ; ) {
      const from = at;
      const hasHead = this.watch.until(() => readHead(came(), from) !== undefined, 60_000);
      if (!(await Promise.race([hasHead, gone]))) return;
      const head = readHead(came(), from) as Head & { end: number };
      const answer = this.nextAnswer(head);
      await this.follow(answer.atHead ?? [], socket, came);
      const framing = framingOf(head.fields, "none");
      const body = () => readBody(came(), head.end, framing, head.fields);
      const isWhole = this.watch.until(() => body().end !== undefined, 60_000);
      if (!(await Promise.race([isWhole, gone]))) return;
      const { text, trailers, end } = body();
      at = end as number;
      if (!head.line.includes(SENTINEL)) this.requests.push({ ...head, body: text, trailers });
      this.watch.changed();
      await this.follow(answer.atEnd ?? [], socket, came);
    }
  }

  private nextAnswer(head: Head): Answer {
    if (head.line.includes(SENTINEL)) return { atEnd: [SENTINEL_ANSWER] };
    return this.answers[Math.min(this.begun++, this.answers.length - 1)] ?? { atEnd: [OK] };
  }

  private async follow(steps: readonly EndpointStep[], socket: Socket, came: () => string): Promise<void> {
    for (const [i, step] of steps.entries()) {
      if (typeof step === "string") {
        if (typeof steps[i - 1] === "string") await pause(GAP_MS);
        if (!socket.destroyed) socket.write(step, "latin1");
      } else if ("end" in step) socket.end();
      else if ("reset" in step) await this.reset(socket);
      else if ("reads" in step) await this.watch.until(() => came().includes(step.reads), this.patienceMs);
      else await this.watch.until(() => this.clientReceived().includes(step.clientGot), this.patienceMs);
    }
  }

  private async reset(socket: Socket): Promise<void> {
    // What was written before is to arrive, where a reset overtakes what waits to be sent.
    await pause(2 * GAP_MS);
    // Only TCP knows resets.
    if (socket.remoteAddress === undefined) socket.destroy();
    else socket.resetAndDestroy();
  }
}
