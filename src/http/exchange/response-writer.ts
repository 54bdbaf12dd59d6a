import type { Millis } from "../../shared/clock.ts";
import type { Framing } from "../body/framing.ts";
import type { FieldEditList } from "../head/field-edit-list.ts";
import type { MessageHead } from "../head/message-head.ts";
import type { LocalResponse } from "./local-response.ts";

/** What the gateway itself has to say in a response's head. */
export interface ResponseFacts {
  /** In ms since 1970: for Date. */
  readonly startedAt: Millis;
  readonly requestId: string;
  /** The connection stays open after it, as far as HTTP/1.x is concerned. */
  readonly keepAlive: boolean;
  /** What policies change of its fields. */
  readonly responseFields: FieldEditList | undefined;
}

/** Writes one response at a time to the client, as its wire has it. */
export interface ResponseWriter {
  /** Octets of the present response's body so far. */
  octets: number;
  /** Bodies in chunks are to be handed over with their framing: it goes on as it is. */
  readonly keepsFraming: boolean;
  /** Can the client see where a body of this framing ends, without the end of the connection? */
  delimits(framing: Framing): boolean;
  /** An endpoint's head; it and `framing` are valid inside the call only. */
  start(head: MessageHead, framing: Framing, facts: ResponseFacts): void;
  /** A part of the body; the bytes need only be valid inside the call. Returns false to stop for a while. */
  write(bytes: Buffer, start: number, end: number): boolean;
  /** Trailer lines, each with its CRLF, of a body that comes without framing. */
  trailers(lines: string): void;
  end(): void;
  /** Sends what was gathered. */
  flush(): void;
  /** A whole response of the gateway's own. */
  local(response: LocalResponse, method: string, facts: ResponseFacts): void;
  /** Asks a client that waits for it for its body: 100 (RFC 9110 section 10.1.1). */
  askForBody(): void;
  /** A 1xx of an endpoint. Returns false where the client does not know them. */
  informational(head: MessageHead): boolean;
}
