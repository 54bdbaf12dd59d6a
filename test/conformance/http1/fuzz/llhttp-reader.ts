import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { Duplex } from "node:stream";

/** A request as Node's own parser (llhttp, strict) reads it. */
export interface LlhttpMessage {
  readonly method: string;
  readonly target: string;
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** What llhttp made of some octets. */
export interface LlhttpReading {
  readonly messages: readonly LlhttpMessage[];
  /** "HPE_INVALID_METHOD" … where it refused them. */
  readonly refusal: string | undefined;
}

/** Reads octets with an HTTP server of Node's over a duplex in memory: no socket, no port. */
export class LlhttpReader {
  private messages: LlhttpMessage[] = [];
  private open = 0;
  private settle: (refusal?: string) => void = () => {};
  private expected = 0;
  private readonly server = createServer({ maxHeaderSize: 64 * 1024, insecureHTTPParser: false });

  constructor() {
    const take = (request: IncomingMessage, response: ServerResponse): void => this.take(request, response);
    this.server.maxHeadersCount = 0;
    this.server.on("request", take);
    this.server.on("checkContinue", take);
    this.server.on("checkExpectation", take);
    this.server.on("upgrade", () => this.settle("upgrade"));
    this.server.on("connect", () => this.settle("connect"));
    this.server.on("clientError", (error: NodeJS.ErrnoException) => this.settle(error.code ?? error.message));
  }

  private take(request: IncomingMessage, response: ServerResponse): void {
    this.open++;
    const parts: Buffer[] = [];
    const { rawHeaders } = request;
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      this.open--;
      this.messages.push({
        method: request.method ?? "",
        target: request.url ?? "",
        fields: Array.from({ length: rawHeaders.length / 2 }, (_, i) => [
          rawHeaders[2 * i] as string,
          rawHeaders[2 * i + 1] as string,
        ]),
        body: Buffer.concat(parts).toString("latin1"),
      });
      response.end();
      if (this.messages.length === this.expected) this.settle();
    });
  }

  /** Reads until `expected` messages are whole, or llhttp refuses, or the octets have been eaten up without that. */
  async read(octets: string, expected: number): Promise<LlhttpReading> {
    this.messages = [];
    this.open = 0;
    this.expected = expected;
    const duplex = new MemoryDuplex();
    const refusal = await new Promise<string | undefined>((resolve) => {
      this.settle = resolve;
      this.server.emit("connection", duplex);
      duplex.push(Buffer.from(octets, "latin1"));
      // The end of the stream makes llhttp say what it was still waiting for.
      duplex.push(null);
      duplex.once("close", () => resolve("closed"));
    });
    this.settle = () => {};
    duplex.removeAllListeners("close");
    duplex.destroy();
    return { messages: this.messages, refusal };
  }
}

class MemoryDuplex extends Duplex {
  override _read(): void {}

  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}
