import { type AddressInfo, createServer, type ListenOptions, type Server, type Socket } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { framingOf, readBody, readHead } from "../http1/probes/read-octets.ts";
import type { SeenRequest } from "../http1/probes/scripted-endpoint.ts";
import type { Watch } from "../http1/probes/watch.ts";
import type { Answer, Script } from "./cache-case.ts";

/** Time for what was written to be read before a reset overtakes it. */
const GAP_MS = 10;
/** Clients that wait for the endpoint after all are served late. */
const PATIENCE_MS = 300;

/** An endpoint that keeps what it is asked, and answers as the step says that is being played. */
export class CaseEndpoint {
  readonly requests: SeenRequest[] = [];
  /** How many of them have been answered. */
  answered = 0;
  answer: Answer = "";
  /** Is every client of the step served? */
  allServed: () => boolean = () => true;
  private readonly sockets = new Set<Socket>();
  private readonly watch: Watch;
  private readonly write: (text: string) => string;
  private server: Server | undefined;
  private address: ListenOptions = {};

  /** @param write makes the octets of an answer's text */
  constructor(watch: Watch, write: (text: string) => string) {
    this.watch = watch;
    this.write = write;
  }

  /** @returns the port, where there is one */
  async listen(address: ListenOptions): Promise<number> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.serve(socket));
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(address, resolve);
    });
    this.server = server;
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? (bound satisfies AddressInfo).port : 0;
    this.address = address.path === undefined ? { ...address, port } : address;
    return port;
  }

  /** Stops listening, or begins again in the same place. */
  async setDown(down: boolean): Promise<void> {
    if (down) await this.close();
    else if (this.server === undefined) await this.listen(this.address);
  }

  async close(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
  }

  private serve(socket: Socket): void {
    let received = "";
    let busy = false;
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    socket.on("end", () => socket.end());
    const look = async (): Promise<void> => {
      if (busy) return;
      busy = true;
      for (let taken = takeRequest(received); taken !== undefined; taken = takeRequest(received)) {
        received = received.slice(taken.end);
        await this.reply(taken.request, socket);
      }
      busy = false;
    };
    socket.on("data", (chunk: Buffer) => {
      received += chunk.toString("latin1");
      void look();
    });
  }

  private async reply(request: SeenRequest, socket: Socket): Promise<void> {
    this.requests.push(request);
    this.watch.changed();
    const chosen = typeof this.answer === "function" ? this.answer(request) : this.answer;
    const { text, hold = 0, connection }: Script = typeof chosen === "string" ? { text: chosen } : chosen;
    if (hold === "served") await this.watch.until(() => this.allServed(), PATIENCE_MS);
    else if (hold > 0) await pause(hold);
    const octets = this.write(text);
    if (!socket.destroyed) socket.write(request.line.startsWith("HEAD ") ? headOf(octets) : octets, "latin1");
    if (connection === "end") socket.end();
    if (connection === "reset") await this.reset(socket);
    this.answered++;
    this.watch.changed();
  }

  private async reset(socket: Socket): Promise<void> {
    await pause(GAP_MS);
    // Only TCP knows resets.
    if (socket.remoteAddress === undefined) socket.destroy();
    else socket.resetAndDestroy();
  }
}

/** The first request of what has come, if all of it has. */
function takeRequest(received: string): { request: SeenRequest; end: number } | undefined {
  const head = readHead(received, 0);
  if (head === undefined) return undefined;
  const { text, trailers, end } = readBody(received, head.end, framingOf(head.fields, "none"), head.fields);
  if (end === undefined) return undefined;
  return { request: { line: head.line, fields: head.fields, body: text, trailers }, end };
}

/** What of an answer is sent for HEAD. */
function headOf(octets: string): string {
  return octets.slice(0, octets.indexOf("\r\n\r\n") + 4);
}
