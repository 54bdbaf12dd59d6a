import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Timers } from "../../shared/timers.ts";
import { answer } from "./answers.ts";

/**
 * - `well`: answers;
 * - `dropping`: accepts connections and closes them without a word, as a service that crashes on every request;
 * - `away`: does not listen at all, as one that is being deployed.
 */
export type DemoCondition = "well" | "dropping" | "away";

export interface DemoEndpointOptions {
  readonly service: string;
  /** As in `orders-2`. */
  readonly name: string;
  readonly port: number;
  readonly timers: Timers;
  /** Milliseconds that the next answer takes. */
  latency(): number;
}

/** A small HTTP server of the demo that can fall ill on command. */
export interface DemoEndpoint {
  readonly name: string;
  readonly url: string;
  /** Changes how it behaves from now on; resolves when it listens, or no longer does. */
  become(condition: DemoCondition): Promise<void>;
  /** Closes the port and every connection. */
  stop(): Promise<void>;
}

/** Milliseconds until another try where the port was taken in the meantime. */
const LISTEN_AGAIN = 250;

/** Starts nothing: `become("well")` makes it listen on 127.0.0.1. */
export function createDemoEndpoint(options: DemoEndpointOptions): DemoEndpoint {
  const { name, port, timers } = options;
  let condition: DemoCondition = "away";
  let server: Server | undefined;
  let stopped = false;

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    if (condition !== "well") {
      request.socket.destroy();
      return;
    }
    request.resume();
    // A health check does not wait for the database.
    const delay = request.url === "/healthz" ? 0 : options.latency();
    const forget = timers.after(delay, () => respond(options, request, response));
    response.once("close", forget);
  };
  const open = async (): Promise<void> => {
    while (!stopped && !server) {
      server = await listen(port, handle);
      if (!server) await new Promise<void>((resolve) => timers.after(LISTEN_AGAIN, resolve));
    }
    if (stopped) await close();
  };
  const close = async (): Promise<void> => {
    const closing = server;
    server = undefined;
    if (closing) await shut(closing);
  };
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    async become(next) {
      condition = next;
      if (next === "away") await close();
      else if (!server) await open();
    },
    async stop() {
      stopped = true;
      await close();
    },
  };
}

function respond(options: DemoEndpointOptions, request: IncomingMessage, response: ServerResponse): void {
  const { status, body } = answer(options.service, options.name, request.method ?? "GET", request.url ?? "/");
  const text = `${JSON.stringify(body)}\n`;
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": Buffer.byteLength(text),
    "x-instance": options.name,
  });
  response.end(text);
}

function listen(
  port: number,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer(handle);
    server.once("error", () => resolve(undefined));
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}

function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
