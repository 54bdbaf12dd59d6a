import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import type { Millis } from "../../shared/clock.ts";

/** How long a side that takes or ends nothing any more is waited for. */
export const LINGER: Millis = 1_000;

/**
 * How long a tunnel with one direction ended may be silent in the other. A WebSocket's peer answers an end with its own at
 * once (RFC 6455 section 7.1.1); one that takes no notice would else hold the tunnel for all of `timeouts.tunnel`.
 */
const HALF_CLOSED_SILENCE: Millis = 5_000;
/** After so much silence the kernel asks whether the client's machine is still there. */
const KEEP_ALIVE: Millis = 30_000;

/** Destroys a stream if it has not closed by itself until then. */
export function destroyWithin(ms: Millis, stream: Duplex): void {
  if (stream.destroyed) return;
  const timer = setTimeout(() => stream.destroy(), ms);
  stream.once("close", () => clearTimeout(timer));
}

/**
 * The client's socket as `http-proxy` gets to see it. It stands in between so that whatever `http-proxy` does before
 * the endpoint has agreed to switch protocols (write an answer of its own, end the socket on an error) does not reach
 * the client, who may still be given another endpoint or a proper error.
 */
export class TunnelSocket extends Duplex {
  private readonly client: Socket;
  private opened = false;
  private readonly takeOver: () => Buffer | undefined;
  /** Octets have passed in either direction since this was last set to false. */
  active = true;
  octetsToClient = 0;
  octetsToEndpoint = 0;
  private readonly halfClosedSilence: Millis;
  private silenceTimer: NodeJS.Timeout | undefined;

  /** @param takeOver called when the tunnel opens: lets go of the socket, and returns what the client sent behind its request */
  constructor(client: Socket, takeOver: () => Buffer | undefined, halfClosedSilence: Millis = HALF_CLOSED_SILENCE) {
    // Texts that `http-proxy` writes are heads as `node:http` read them: one character an octet.
    super({ allowHalfOpen: true, defaultEncoding: "latin1" });
    this.client = client;
    this.takeOver = takeOver;
    this.halfClosedSilence = halfClosedSilence;
    client.once("close", this.onClientClose);
  }

  get remoteAddress(): string | undefined {
    return this.client.remoteAddress;
  }

  /** The endpoint has agreed: from now on what is written reaches the client, and what the client sends is read. */
  open(): void {
    this.opened = true;
    const early = this.takeOver();
    this.client.on("data", this.onClientData);
    this.client.on("end", this.onClientEnd);
    this.client.setKeepAlive(true, KEEP_ALIVE);
    // What was read of it before may have stopped it.
    this.client.resume();
    if (early) this.onClientData(early);
    if (this.client.readableEnded) this.push(null);
  }

  /** One direction has ended, and its end was passed on: from now on the other must not be silent for long. */
  halfClosed(): void {
    if (this.silenceTimer || this.destroyed) return;
    let seen = this.octetsToClient + this.octetsToEndpoint;
    this.silenceTimer = setInterval(() => {
      const passed = this.octetsToClient + this.octetsToEndpoint;
      // What waits to leave is the reader's silence, for which there is `timeouts.tunnel`.
      if (passed === seen && this.writableLength === 0 && this.client.writableLength === 0) this.destroy();
      seen = passed;
    }, this.halfClosedSilence);
  }

  /**
   * The endpoint's connection is gone in both directions. The client gets all that came of it and, as after any answer,
   * a moment to read that before it would be told of octets that nobody takes.
   */
  endpointGone(): void {
    this.resume();
    this.end(() => destroyWithin(LINGER, this));
  }

  private readonly onClientData = (chunk: Buffer): void => {
    this.active = true;
    this.octetsToEndpoint += chunk.length;
    if (!this.push(chunk)) this.client.pause();
  };

  private readonly onClientEnd = (): void => {
    this.push(null);
  };

  private readonly onClientClose = (): void => {
    this.destroy();
  };

  override _read(): void {
    if (this.opened) this.client.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (!this.opened) return done();
    this.active = true;
    this.octetsToClient += chunk.length;
    if (this.client.destroyed) return done();
    this.client.write(chunk, (error) => done(error ? null : undefined));
  }

  override _final(done: () => void): void {
    if (this.opened) {
      if (!this.client.destroyed) this.client.end();
      this.halfClosed();
    }
    done();
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void): void {
    clearInterval(this.silenceTimer);
    this.client.off("close", this.onClientClose);
    if (this.opened) {
      this.client.off("data", this.onClientData);
      this.client.off("end", this.onClientEnd);
      this.client.destroySoon();
      destroyWithin(LINGER, this.client);
    }
    done();
  }

  /** `net.Socket`'s: end, and destroy when all is written. */
  destroySoon(): void {
    if (this.writableFinished) this.destroy();
    else {
      this.once("finish", () => this.destroy());
      this.end();
    }
  }

  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }
}
