import type { Socket } from "node:net";
import type { Outcome } from "../exchange/outcome.ts";
import { copyBulk, giveBulkBack } from "../shared/bulk-copy.ts";
import type { Millis } from "../shared/clock.ts";

/** Unsent octets on one side beyond which the other side is not read any more. */
const BACKED_UP = 256 * 1024;
/** Copies up to this size are cut out of memory that many share. */
const SMALL = 4 * 1024;
/** Once the endpoint has said all it has to say, how long a client may be silent. */
const ENDPOINT_ENDED: Millis = 60_000;

/** How a relay ended. */
export interface RelayEnd {
  readonly outcome: Outcome;
  /** Of what did not end in good order. */
  readonly reason?: string;
}

/**
 * Octets between a client and an endpoint, both ways, until both have ended. A side that ends is passed on as such, so
 * that the other direction goes on; a side that is reset resets the other.
 *
 * What the client sends is handed on as it was read. What the endpoint sends is read into memory that all connections
 * share, and copied, as it may have to wait.
 */
export class TcpRelay {
  octetsToEndpoint = 0;
  octetsToClient = 0;
  private readonly client: Socket;
  private readonly endpoint: Socket;
  private readonly onOver: (end: RelayEnd) => void;
  private readonly idle: Millis;
  private endpointStopped = false;
  private clientEnded = false;
  private endpointEnded = false;
  private active = true;
  private quietSince = 0;
  private failure: RelayEnd | undefined;
  private closed = 0;

  /** @param idle silence on both sides after which it is cut */
  constructor(client: Socket, endpoint: Socket, idle: Millis, onOver: (end: RelayEnd) => void) {
    this.client = client;
    this.endpoint = endpoint;
    this.idle = idle;
    this.onOver = onOver;
  }

  /** @param first octets that the client has sent already */
  start(first: Buffer): void {
    const { client, endpoint } = this;
    client.on("data", this.onClientData);
    client.on("end", this.onClientEnd);
    client.on("drain", this.onClientDrain);
    client.on("error", (error) => this.fail({ outcome: "cancelled", reason: error.message }));
    client.on("close", this.onClose);
    endpoint.on("end", this.onEndpointEnd);
    endpoint.on("drain", this.onEndpointDrain);
    endpoint.on("error", (error) => this.fail({ outcome: "reset", reason: error.message }));
    endpoint.on("close", this.onClose);
    if (first.length > 0) this.onClientData(first);
    // A paused socket tells of its end all the same, where nothing else is left to read.
    if (client.readableEnded) this.onClientEnd();
    else if (endpoint.writableLength <= BACKED_UP) client.resume();
  }

  private readonly onClientData = (part: Buffer): void => {
    const { endpoint } = this;
    this.active = true;
    this.octetsToEndpoint += part.length;
    if (endpoint.destroyed || endpoint.writableEnded) return;
    endpoint.write(part);
    if (endpoint.writableLength > BACKED_UP) this.client.pause();
  };

  /** What the endpoint's socket read; the bytes are valid inside the call only. Returns false to stop the reading. */
  readonly onEndpointRead = (octets: number, bytes: Uint8Array): boolean => {
    const { client } = this;
    this.active = true;
    this.octetsToClient += octets;
    if (client.destroyed || client.writableEnded) return true;
    if (octets <= SMALL) client.write(Buffer.from(bytes.subarray(0, octets)));
    else this.writeBulk(bytes as Buffer, octets);
    this.endpointStopped = client.writableLength > BACKED_UP;
    return !this.endpointStopped;
  };

  private writeBulk(bytes: Buffer, octets: number): void {
    const { client } = this;
    const copy = copyBulk("", bytes, 0, octets, client.writableLength === 0);
    client.write(copy);
    // All of it is the kernel's already, as it is for a client that keeps up.
    if (client.writableLength === 0) giveBulkBack(copy);
  }

  private readonly onEndpointDrain = (): void => {
    this.active = true;
    this.client.resume();
  };

  private readonly onClientDrain = (): void => {
    this.active = true;
    if (!this.endpointStopped) return;
    this.endpointStopped = false;
    this.endpoint.resume();
  };

  private readonly onClientEnd = (): void => {
    this.active = this.clientEnded = true;
    this.endpoint.end();
  };

  private readonly onEndpointEnd = (): void => {
    this.active = this.endpointEnded = true;
    this.client.end();
  };

  /** The first thing that goes wrong is what is told; what follows from it is not. */
  private fail(end: RelayEnd): void {
    // An endpoint that has ended may well take no more.
    if (!(end.outcome === "reset" && this.endpointEnded)) this.failure ??= end;
  }

  private readonly onClose = (): void => {
    this.closed++;
    if (this.closed === 2) return this.onOver(this.failure ?? { outcome: "ok" });
    // The other one ends by itself once what is on its way has left.
    if (this.clientEnded && this.endpointEnded) return;
    if (this.client.destroyed) abort(this.endpoint);
    else if (this.endpointEnded) this.client.destroySoon();
    else abort(this.client);
  };

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (this.active) {
      this.active = false;
      this.quietSince = now;
      return;
    }
    const silence = this.endpointEnded ? Math.min(this.idle, ENDPOINT_ENDED) : this.idle;
    if (now - this.quietSince >= silence) this.cut({ outcome: "cancelled", reason: "nothing was sent for too long" });
  }

  /** Ends it in the middle, on both sides. */
  cut(end: RelayEnd): void {
    this.failure ??= end;
    abort(this.client);
    abort(this.endpoint);
  }
}

/** So that the other side can tell that it was not the end. */
function abort(socket: Socket): void {
  if (!socket.destroyed) socket.resetAndDestroy();
}
