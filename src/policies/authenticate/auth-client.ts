import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as TlsAgent, request as requestHttps } from "node:https";
import type { Fields } from "../../exchange/answer.ts";
import type { Millis } from "../../shared/clock.ts";
import { familyOptions } from "../../shared/loopback-lookup.ts";

const TIMEOUT: Millis = 5_000;
const MOST_BYTES = 64 * 1024;
/** Requests beyond these wait for one of them, within their time. */
const MOST_CONNECTIONS = 64;
const MOST_IDLE = 16;
const IDLE_TIMEOUT: Millis = 10_000;
/** How long the rest of a body that nobody reads may keep a connection. */
const DRAIN_TIMEOUT: Millis = 1_000;

/** What another server is asked about a caller. */
export interface AuthQuestion {
  readonly method: "GET" | "POST";
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the body of an answer of this status is of use. */
  wantsBody(status: number): boolean;
}

export interface AuthAnswer {
  readonly status: number;
  /** Names in lower case, in order. */
  readonly fields: Fields;
  /** Empty where nobody wanted it. */
  readonly body: Buffer;
}

/** The connection had been idle, and the other side had closed it before it could know of the request. */
const STALE = Symbol("stale connection");

/**
 * Asks one URL, over connections that are used again. Redirects are not followed, and nothing of a question or an answer
 * is in an error's message.
 */
export class AuthClient {
  private readonly url: string;
  private readonly agent: Agent;
  private readonly timeoutMs: Millis;

  constructor(url: string, timeoutMs: Millis = TIMEOUT) {
    const options = {
      keepAlive: true,
      maxSockets: MOST_CONNECTIONS,
      maxFreeSockets: MOST_IDLE,
      timeout: IDLE_TIMEOUT,
      ...familyOptions(new URL(url).hostname),
    };
    this.url = url;
    this.timeoutMs = timeoutMs;
    this.agent = isTls(url) ? new TlsAgent(options) : new Agent(options);
  }

  /**
   * Rejects with an Error whose message is a phrase: no answer in time, none that is HTTP, or a body beyond 64 KiB.
   * @param controller ends the request when it is aborted, which this does itself when the time is up
   */
  async ask(question: AuthQuestion, controller: AbortController): Promise<AuthAnswer> {
    const timer = setTimeout(() => controller.abort(), this.timeoutMs);
    try {
      for (;;) {
        const answer = await this.tryOnce(question, controller.signal);
        if (answer !== STALE) return answer;
      }
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private tryOnce(question: AuthQuestion, signal: AbortSignal): Promise<AuthAnswer | typeof STALE> {
    const { method, headers, body } = question;
    const send = isTls(this.url) ? requestHttps : requestHttp;
    return new Promise((resolve, reject) => {
      // Whatever becomes of the request, whoever waits for it is told in time.
      signal.addEventListener("abort", () => reject(new Error("it did not answer in time")), { once: true });
      const request = send(this.url, { method, headers, agent: this.agent, signal });
      request.on("error", (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && (error.code === "ECONNRESET" || error.code === "EPIPE");
        if (isStale && !signal.aborted) resolve(STALE);
        else reject(new Error("it cannot be reached"));
      });
      // Node ends a request whose answer is an upgrade that nobody takes, and says nothing of it.
      request.on("upgrade", (_, socket) => {
        socket.destroy();
        reject(new Error("its answer is another protocol"));
      });
      request.on("response", (response) => {
        const { statusCode: status = 0 } = response;
        const fields = fieldsOf(response);
        if (!question.wantsBody(status)) {
          drain(request, response);
          return resolve({ status, fields, body: Buffer.alloc(0) });
        }
        readBody(request, response).then((read) => resolve({ status, fields, body: read }), reject);
      });
      request.end(body);
    });
  }
}

function isTls(url: string): boolean {
  return /^https:/i.test(url);
}

function fieldsOf({ rawHeaders }: IncomingMessage): Fields {
  const fields: [string, string][] = [];
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    fields.push([(rawHeaders[i] as string).toLowerCase(), rawHeaders[i + 1] as string]);
  }
  return fields;
}

function readBody(request: ClientRequest, response: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let size = 0;
    response.on("data", (part: Buffer) => {
      size += part.length;
      parts.push(part);
      if (size <= MOST_BYTES) return;
      reject(new Error("its answer is too long"));
      request.destroy();
    });
    response.on("end", () => resolve(Buffer.concat(parts, size)));
    response.on("error", () => reject(new Error("its answer was cut off")));
  });
}

/** The connection can be used again if the rest is short; else it is closed. */
function drain(request: ClientRequest, response: IncomingMessage): void {
  let size = 0;
  const timer = setTimeout(() => request.destroy(), DRAIN_TIMEOUT).unref();
  response.on("data", (part: Buffer) => {
    size += part.length;
    if (size > MOST_BYTES) request.destroy();
  });
  response.on("error", () => {});
  response.on("close", () => clearTimeout(timer));
}
