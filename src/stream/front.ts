import type { Socket } from "node:net";
import type { Millis } from "../shared/clock.ts";
import { decodeProxyHeader } from "../shared/proxy-protocol/decode.ts";
import type { ProxyAddresses } from "../shared/proxy-protocol/proxy-addresses.ts";
import { readClientHello } from "./client-hello.ts";
import { readPostgresQuestion, SSL_REQUEST, TAKES_NONE, TAKES_TLS } from "./postgres-tls.ts";

/** What stands in front of what a client has to say to an endpoint. */
export interface FrontOptions {
  /** A PROXY protocol header; taken away. */
  readonly proxyHeader: boolean;
  /** A TLS handshake, whose server name is read; it goes on as it came. */
  readonly clientHello: boolean;
}

/** What it said. */
export interface FrontFacts {
  /** `undefined` where it says nothing of a client. */
  readonly addresses: ProxyAddresses | undefined;
  readonly serverName: string | undefined;
  /** The client has asked for TLS in PostgreSQL's way, and was told that it may: so has the endpoint to be. */
  readonly postgres: boolean;
  /** What the endpoint has to get first. */
  readonly rest: Buffer;
}

export interface FrontEvents {
  onRead(facts: FrontFacts): void;
  /** It is not what it has to be. */
  onFault(front: Front, fault: string): void;
  /** The client has left before. */
  onGone(front: Front): void;
}

const NOTHING = Buffer.alloc(0);

/** Reads a connection until it is known where it goes. What was read too much is handed over. */
export class Front {
  private readonly socket: Socket;
  private readonly options: FrontOptions;
  private readonly deadline: Millis;
  private readonly events: FrontEvents;
  private octets: Buffer = NOTHING;
  private headerRead: boolean;
  private postgres = false;
  private addresses: ProxyAddresses | undefined;

  /** @param deadline until when all of it must have come */
  constructor(socket: Socket, options: FrontOptions, deadline: Millis, events: FrontEvents) {
    this.socket = socket;
    this.options = options;
    this.deadline = deadline;
    this.events = events;
    this.headerRead = !options.proxyHeader;
  }

  begin(): void {
    const { socket } = this;
    socket.on("data", this.onData);
    socket.on("end", this.onGone);
    socket.on("close", this.onGone);
    socket.resume();
  }

  private readonly onData = (part: Buffer): void => {
    this.octets = this.octets.length === 0 ? part : Buffer.concat([this.octets, part]);
    const fault = this.readHeader() ?? this.readHello();
    if (fault === undefined) return;
    this.detach();
    this.events.onFault(this, fault);
  };

  private readHeader(): string | undefined {
    if (this.headerRead) return undefined;
    const decoding = decodeProxyHeader(this.octets);
    if (decoding.state === "malformed") return `its PROXY protocol header is none: ${decoding.fault}`;
    if (decoding.state === "incomplete") return undefined;
    this.headerRead = true;
    this.addresses = decoding.addresses;
    this.octets = this.octets.subarray(decoding.length);
    return undefined;
  }

  private readHello(): string | undefined {
    if (!this.headerRead) return undefined;
    if (!this.options.clientHello) return this.handOver(undefined);
    if (!this.postgres) {
      const question = readPostgresQuestion(this.octets);
      if (question === "incomplete") return undefined;
      if (question !== "none") return this.answer(question);
    }
    const hello = readClientHello(this.octets);
    if (hello.state === "malformed") return `its TLS handshake is none: ${hello.fault}`;
    return hello.state === "incomplete" ? undefined : this.handOver(hello.serverName);
  }

  /** Who asks has to wait for the answer: octets behind the question would be taken for what is said by TLS. */
  private answer(question: "tls" | "gss"): string | undefined {
    if (this.octets.length > SSL_REQUEST.length) return "something follows its question for TLS";
    this.postgres = question === "tls";
    this.octets = NOTHING;
    this.socket.write(this.postgres ? TAKES_TLS : TAKES_NONE);
    return undefined;
  }

  private handOver(serverName: string | undefined): undefined {
    this.detach();
    this.events.onRead({ addresses: this.addresses, serverName, postgres: this.postgres, rest: this.octets });
  }

  private detach(): void {
    const { socket } = this;
    socket.pause();
    socket.off("data", this.onData);
    socket.off("end", this.onGone);
    socket.off("close", this.onGone);
  }

  private readonly onGone = (): void => {
    this.detach();
    this.socket.destroy();
    this.events.onGone(this);
  };

  /** One step of the coarse timer. */
  sweep(now: Millis): void {
    if (now < this.deadline) return;
    this.detach();
    this.events.onFault(this, "it did not say in time where it goes");
  }
}
