import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import httpProxy from "http-proxy";
import type { Millis } from "../../shared/clock.ts";
import { connectOptions, type EndpointTls } from "./connect-options.ts";
import { agreementFields } from "./passed-fields.ts";
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
  /** Given where the endpoint is spoken to in TLS. */
  readonly tls?: EndpointTls | undefined;
}

/** What becomes of an upgrade; exactly one of the first three comes, `onEnd` after `onOpen` only. */
export interface UpgradeEvents {
  /** The endpoint answered 101, and the answer is on its way to the client. */
  onOpen(): void;
  /** The endpoint answered something else: it is the caller's to pass on. */
  onResponse(response: IncomingMessage): void;
  /** @param connected whether anything of the request can have been sent */
  onFailure(error: Error, connected: boolean): void;
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
  let connected = false;
  let failure: Error | undefined;
  let proxyRequest: ClientRequest | undefined;
  const settle = (): boolean => {
    if (settled) return false;
    settled = true;
    return true;
  };
  const fail = (error: Error): void => {
    failure = error;
    if (settle()) events.onFailure(error, connected);
  };
  const onRequest = (made: ClientRequest, incoming: IncomingMessage): void => {
    if (incoming !== message) return;
    proxyRequest = made;
    // `http-proxy` would take it through a URL, which is not octet for octet the same afterwards.
    made.path = request.url;
    limitConnect(made, endpoint, () => {
      connected = true;
    });
    // These come before `http-proxy`'s own: what it writes otherwise goes nowhere, for the socket is not open.
    made.once("upgrade", (response, endpointSocket: Socket) => {
      if (response.headers.upgrade?.toLowerCase() !== "websocket") fail(new SwitchedWrongly(response.headers.upgrade));
      if (!settle()) return void endpointSocket.destroy();
      open = true;
      response.headers = agreementFields(response, request.headers["x-request-id"]?.toString());
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
  try {
    const { host, port, tls } = endpoint;
    proxy.ws(message, socket, Buffer.alloc(0), connectOptions(host, port, tls), fail);
  } finally {
    proxy.off("proxyReqWs", onRequest);
  }
  return {
    abort: () => {
      if (settle()) proxyRequest?.destroy();
    },
  };
}

/** What `http-proxy` leaves to chance: that each side may end before the other, and goes when the other has gone. */
function tie(socket: TunnelSocket, endpointSocket: Socket): void {
  // Else Node would end our side of it, with what the client still has to say, as soon as the endpoint ends its own.
  endpointSocket.allowHalfOpen = true;
  endpointSocket.once("finish", () => socket.halfClosed());
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

function limitConnect(
  request: ClientRequest,
  { connectTimeoutMs: ms, tls }: UpgradeTarget,
  onConnected: () => void,
): void {
  const timer = setTimeout(() => request.destroy(new ConnectTimeout(`no connection within ${ms} ms`)), ms);
  const stop = (): void => clearTimeout(timer);
  request.once("socket", (socket) => {
    socket.once(tls === undefined ? "connect" : "secureConnect", () => {
      stop();
      onConnected();
    });
  });
  request.once("close", stop);
}

/** The request as `node:http` would have handed it over: as much of it as `http-proxy` reads. */
function incomingMessage(request: UpgradeRequest, socket: TunnelSocket): IncomingMessage {
  const message = Object.assign(new EventEmitter(), {
    method: request.method,
    headers: request.headers,
    url: "/",
    httpVersion: "1.1",
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    socket,
    connection: socket,
  });
  return message as unknown as IncomingMessage;
}
