import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import httpProxy from "http-proxy";
import type { Millis } from "../../shared/clock.ts";
import { localhostAgent } from "./localhost-agent.ts";
import { destroyWithin, LINGER, type TunnelSocket } from "./tunnel-socket.ts";

/** The request as `http-proxy` reads it. */
export interface UpgradeRequest {
  readonly method: string;
  readonly url: string;
  /** Complete: hop-by-hop fields cut but Connection and Upgrade, forwarding fields added. */
  readonly headers: Record<string, string | string[]>;
}

export interface UpgradeTarget {
  readonly host: string;
  readonly port: number;
  readonly connectTimeoutMs: Millis;
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
  endpoint: UpgradeTarget,
  events: UpgradeEvents,
): Upgrade {
  let settled = false;
  let open = false;
  let failure: Error | undefined;
  let proxyRequest: ClientRequest | undefined;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    return true;
  };
  const fail = (error: Error): void => {
    failure = error;
    if (settle()) events.onFailure(error);
  };
  const onRequest = (made: ClientRequest, incoming: IncomingMessage): void => {
    if (incoming !== message) return;
    proxyRequest = made;
    limitConnect(made, endpoint.connectTimeoutMs);
    // These come before `http-proxy`'s own: what it writes otherwise goes nowhere, for the socket is not open.
    made.once("upgrade", (response, endpointSocket: Socket) => {
      if (response.headers.upgrade?.toLowerCase() !== "websocket") fail(new SwitchedWrongly(response.headers.upgrade));
      if (!settle()) return void endpointSocket.destroy();
      open = true;
      tie(socket, endpointSocket);
      events.onOpen();
    });
    made.once("response", (response) => {
      if (response.statusCode === 101) fail(new SwitchedWrongly(undefined));
      if (settle()) events.onResponse(response);
      else response.destroy();
    });
  };
  const message = incomingMessage(request, socket);
  socket.once("close", () => {
    if (open) events.onEnd(failure);
    else proxyRequest?.destroy();
  });
  proxy.on("proxyReqWs", onRequest);
  proxy.ws(message, socket, Buffer.alloc(0), optionsFor(endpoint), fail);
  proxy.off("proxyReqWs", onRequest);
  return {
    abort: () => {
      if (settle()) proxyRequest?.destroy();
    },
  };
}

function optionsFor({ host, port }: UpgradeTarget) {
  const target = `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  return { target, prependPath: false, ...(host === "localhost" ? { agent: localhostAgent } : {}) };
}

/** What `http-proxy` leaves to chance: that each side goes when the other has gone. */
function tie(socket: TunnelSocket, endpointSocket: Socket): void {
  endpointSocket.once("close", () => socket.endpointGone());
  socket.once("close", () => {
    endpointSocket.destroySoon();
    destroyWithin(LINGER, endpointSocket);
  });
  socket.open();
}

/** RFC 9110 section 7.8: only to a protocol that was asked for. */
export class SwitchedWrongly extends Error {
  constructor(protocol: string | undefined) {
    super(`it switched to ${protocol ?? "no protocol"} instead of websocket`);
  }
}

/** The failure of a try whose connection was not there in time. */
export class ConnectTimeout extends Error {}

function limitConnect(request: ClientRequest, ms: Millis): void {
  const timer = setTimeout(() => request.destroy(new ConnectTimeout(`no connection within ${ms} ms`)), ms);
  const stop = (): void => clearTimeout(timer);
  request.once("socket", (socket) => socket.once("connect", stop));
  request.once("close", stop);
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
