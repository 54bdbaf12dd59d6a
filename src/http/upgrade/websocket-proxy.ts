import { EventEmitter } from "node:events";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import httpProxy from "http-proxy";
import { dialAgent, Dialling, type DiallingTarget } from "./dialling.ts";
import { agreementFields } from "./passed-fields.ts";
import { destroyWithin, LINGER, type TunnelSocket } from "./tunnel-socket.ts";

/** The request as `http-proxy` reads it. */
export interface UpgradeRequest {
  readonly method: string;
  readonly url: string;
  /** Complete: hop-by-hop fields cut but Connection and Upgrade, forwarding fields added. */
  readonly headers: Record<string, string | string[]>;
  /** Octets that come in front of it, and of TLS: a PROXY protocol header. */
  readonly preface?: Buffer | undefined;
  /** Fields of the gateway's own, for whatever answer goes to the client; asked for when there is one. */
  readonly added?: () => readonly (readonly [name: string, value: string])[];
}

/** The endpoint that is asked. */
export type UpgradeTarget = DiallingTarget;

/** What becomes of an upgrade; exactly one of the first three comes, `onEnd` after `onOpen` only. */
export interface UpgradeEvents {
  /** The endpoint answered 101, and the answer is on its way to the client. */
  onOpen(): void;
  /** The endpoint answered something else: it is the caller's to pass on. */
  onResponse(response: IncomingMessage): void;
  /** A `DialError` where there was no connection. */
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
  const upgrade = new ProxiedUpgrade(request, socket, events, new Dialling(endpoint, request.preface));
  upgrade.send(endpoint);
  return upgrade;
}

class ProxiedUpgrade implements Upgrade {
  private readonly request: UpgradeRequest;
  private readonly socket: TunnelSocket;
  private readonly events: UpgradeEvents;
  private readonly dialling: Dialling;
  private readonly message: IncomingMessage;
  private proxyRequest: ClientRequest | undefined;
  private settled = false;
  private open = false;
  private failure: Error | undefined;

  constructor(request: UpgradeRequest, socket: TunnelSocket, events: UpgradeEvents, dialling: Dialling) {
    this.request = request;
    this.socket = socket;
    this.events = events;
    this.dialling = dialling;
    this.message = incomingMessage(request, socket);
    socket.once("close", () => {
      if (this.open) events.onEnd(this.failure);
      else this.giveUp();
    });
  }

  send({ host, port }: UpgradeTarget): void {
    const options = {
      target: { protocol: "http:", host, port },
      prependPath: false,
      agent: dialAgent,
      // Its name for what is to reach the agent as it is.
      ssl: { dialling: this.dialling },
    };
    proxy.on("proxyReqWs", this.onRequest);
    try {
      proxy.ws(this.message, this.socket, Buffer.alloc(0), options, (error) => this.fail(error));
    } finally {
      proxy.off("proxyReqWs", this.onRequest);
    }
  }

  abort(): void {
    if (this.settle()) this.giveUp();
  }

  private giveUp(): void {
    // In this order: a request without a connection waits for one before it ends.
    this.proxyRequest?.destroy();
    this.dialling.stop(new Error("given up"));
  }

  private settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    return true;
  }

  private fail(error: Error): void {
    this.failure = error;
    if (this.settle()) this.events.onFailure(error);
  }

  private readonly onRequest = (made: ClientRequest, incoming: IncomingMessage): void => {
    if (incoming !== this.message) return;
    this.proxyRequest = made;
    // `http-proxy` would take it through a URL, which is not octet for octet the same afterwards.
    made.path = this.request.url;
    // These come before `http-proxy`'s own: what it writes otherwise goes nowhere, for the socket is not open.
    made.once("upgrade", (response, endpointSocket: Socket) => this.onUpgrade(response, endpointSocket));
    made.once("response", (response) => {
      if (response.statusCode === 101) this.fail(new SwitchedWrongly(undefined));
      if (this.settle()) this.events.onResponse(response);
      else response.destroy();
    });
  };

  private onUpgrade(response: IncomingMessage, endpointSocket: Socket): void {
    const protocol = response.headers.upgrade;
    if (protocol?.toLowerCase() !== "websocket") this.fail(new SwitchedWrongly(protocol));
    if (!this.settle()) return void endpointSocket.destroy();
    this.open = true;
    this.events.onOpen();
    const { headers, added } = this.request;
    response.headers = agreementFields(response, headers["x-request-id"]?.toString(), added?.() ?? []);
    tie(this.socket, endpointSocket);
  }
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
