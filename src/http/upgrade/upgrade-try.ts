import type { IncomingMessage } from "node:http";
import type { Outcome } from "../../exchange/outcome.ts";
import { DialError } from "../endpoint/dial-error.ts";
import type { EndpointFailure } from "../endpoint/receiver.ts";
import type { UpgradableClient } from "../exchange/client-side.ts";
import { relayRefusal } from "./relay-refusal.ts";
import { TunnelSocket } from "./tunnel-socket.ts";
import {
  proxyWebSocket,
  SwitchedWrongly,
  type Upgrade,
  type UpgradeRequest,
  type UpgradeTarget,
} from "./websocket-proxy.ts";

/** What becomes of a try to upgrade. After `abort` nothing is told any more. */
export interface UpgradeTryEvents {
  /** The endpoint agreed: both sides are tied together. */
  onOpen(): void;
  /** It answered something else. Returns false to throw the answer away, after `abort`; else it is passed on. */
  onRefused(status: number): boolean;
  /** A part of that answer went on. */
  onProgress(): void;
  /** That answer is complete; or it was cut short. */
  onRefusalEnd(complete: boolean): void;
  onFailure(failure: EndpointFailure): void;
  /** The tunnel ended; so many octets went each way. */
  onTunnelEnd(outcome: Outcome, octetsToEndpoint: number, octetsToClient: number): void;
}

/** One try to get a WebSocket from one endpoint, and the tunnel that comes of it. */
export class UpgradeTry {
  private readonly socket: TunnelSocket;
  private readonly upgrade: Upgrade;
  private refusal: IncomingMessage | undefined;
  private aborted = false;

  /** @param requestIdLine "x-request-id: …", with its CRLF, for an answer other than 101 */
  constructor(
    request: UpgradeRequest,
    endpoint: UpgradeTarget,
    client: UpgradableClient,
    requestIdLine: string,
    events: UpgradeTryEvents,
  ) {
    const socket = new TunnelSocket(client.socket, () => client.detach());
    this.socket = socket;
    this.upgrade = proxyWebSocket(request, socket, endpoint, {
      onOpen: () => events.onOpen(),
      onFailure: (error) => events.onFailure(failureOf(error)),
      onEnd: (error) =>
        this.tell(() => events.onTunnelEnd(error ? "reset" : "ok", socket.octetsToEndpoint, socket.octetsToClient)),
      onResponse: (response) => {
        this.refusal = response;
        if (!events.onRefused(response.statusCode ?? 502)) return;
        relayRefusal(response, client, requestIdLine, request.added?.() ?? [], {
          onProgress: () => events.onProgress(),
          onDone: () => this.tell(() => events.onRefusalEnd(true)),
          onCut: () => this.tell(() => events.onRefusalEnd(false)),
        });
      },
    });
  }

  /** Has anything passed through the tunnel since this was last asked? */
  takeActivity(): boolean {
    const { active } = this.socket;
    this.socket.active = false;
    return active;
  }

  /** Ends an open tunnel. */
  closeTunnel(): void {
    this.socket.destroy();
  }

  /** Gives it up, a tunnel too. */
  abort(): void {
    this.aborted = true;
    this.upgrade.abort();
    this.refusal?.destroy();
    this.socket.destroy();
  }

  /** What the endpoint's stream says after `abort` is about an exchange that is over. */
  private tell(say: () => void): void {
    if (!this.aborted) say();
  }
}

function failureOf(error: Error): EndpointFailure {
  const common = { detail: error.message, reused: false, nothingCame: true };
  if (error instanceof DialError) {
    return { ...common, outcome: "connect-failure", ...(error.reason ? { reason: error.reason } : {}) };
  }
  const foreign = error instanceof SwitchedWrongly || ("code" in error && String(error.code).startsWith("HPE_"));
  return foreign
    ? { ...common, outcome: "error", reason: "protocol", nothingCame: false }
    : { ...common, outcome: "reset" };
}
