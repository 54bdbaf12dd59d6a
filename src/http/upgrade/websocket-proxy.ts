import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import httpProxy from "http-proxy";
import { localhostAgent } from "./localhost-agent.ts";
import type { TunnelSocket } from "./tunnel-socket.ts";

/** The request as `http-proxy` reads it. */
export interface UpgradeRequest {
  readonly method: string;
  readonly url: string;
  /** Complete: hop-by-hop fields cut but Connection and Upgrade, forwarding fields added. */
  readonly headers: Record<string, string | string[]>;
}

/** What becomes of an upgrade; exactly one of the first three comes, `onEnd` after `onOpen` only. */
export interface UpgradeEvents {
  /** The endpoint answered 101, and the answer is on its way to the client. */
  onOpen(): void;
  /** The endpoint answered something else: it is the caller's to pass on. */
  onResponse(response: IncomingMessage): void;
  onFailure(error: Error): void;
  onEnd(error: Error | undefined): void;
}

/** An upgrade under way. */
export interface Upgrade {
  /** Gives it up before the endpoint has answered; no event follows. */
  abort(): void;
}

const proxy = httpProxy.createProxyServer({});
// Errors come through the callback of each call; without a listener the emitter would throw.
proxy.on("error", () => {});

/**
 * Sends an upgrade to an endpoint and, when it agrees, ties both sockets together: the one place that uses
 * `http-proxy`, and only its `ws()`.
 */
export function proxyWebSocket(
  request: UpgradeRequest,
  socket: TunnelSocket,
  endpoint: { readonly host: string; readonly port: number },
  events: UpgradeEvents,
): Upgrade {
  let settled = false;
  let open = false;
  let proxyRequest: ClientRequest | undefined;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    return true;
  };
  const onRequest = (made: ClientRequest, incoming: IncomingMessage): void => {
    if (incoming !== message) return;
    proxy.off("proxyReqWs", onRequest);
    proxyRequest = made;
    made.once("upgrade", (_response, endpointSocket: Duplex) => {
      if (!settle()) return void endpointSocket.destroy();
      open = true;
      socket.open();
      events.onOpen();
    });
    // Before `http-proxy`'s own: what it writes then goes nowhere, for the socket is not open.
    made.once("response", (response) => {
      if (settle()) events.onResponse(response);
      else response.destroy();
    });
  };
  const message = incomingMessage(request, socket);
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  let failure: Error | undefined;
  socket.once("close", () => {
    if (open) events.onEnd(failure);
    else proxyRequest?.destroy();
  });
  proxy.on("proxyReqWs", onRequest);
  proxy.ws(
    message,
    socket,
    Buffer.alloc(0),
    {
      target: `http://${host}:${endpoint.port}`,
      prependPath: false,
      ...(host === "localhost" ? { agent: localhostAgent } : {}),
    },
    (error) => {
      failure = error;
      if (settle()) events.onFailure(error);
    },
  );
  proxy.off("proxyReqWs", onRequest);
  return {
    abort: () => {
      if (settle()) proxyRequest?.destroy();
    },
  };
}

/** The request as `node:http` would have handed it over: as much of it as `http-proxy` reads. */
function incomingMessage(request: UpgradeRequest, socket: TunnelSocket): IncomingMessage {
  const message = Object.assign(new EventEmitter(), {
    ...request,
    httpVersion: "1.1",
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    socket,
    connection: socket,
  });
  return message as unknown as IncomingMessage;
}
