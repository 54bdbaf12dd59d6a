import { ChunkedScanner } from "../../../../src/http/body/chunked-scanner.ts";
import { type BodyKind, Framing } from "../../../../src/http/body/framing.ts";
import { Http1ResponseWriter } from "../../../../src/http/exchange/http1-response-writer.ts";
import { MessageHead } from "../../../../src/http/head/message-head.ts";
import { scanResponse } from "../../../../src/http/head/scan-response.ts";
import { type Rng, nextInt } from "../../../../src/shared/rng.ts";
import { holdBeginnings, makeCuts } from "./pieces.ts";

/** Who asked, and how. */
export interface Asker {
  readonly method: string;
  /** The client speaks HTTP/1.1. */
  readonly modern: boolean;
}

/** A response that the gateway would pass on. */
export interface PassedOn {
  /** All that would go to the client, one character an octet; 1xx in front included. */
  readonly octets: string;
  /** Where the final response begins and ends in the input. */
  readonly start: number;
  readonly end: number;
  /** How many 1xx stand in front of it. */
  readonly interim: number;
  readonly framing: BodyKind;
  readonly modern: boolean;
  readonly keepAlive: boolean;
}

const head = new MessageHead();
const prefixHead = new MessageHead();
const framing = new Framing();
const scanner = new ChunkedScanner();
let sent = "";
const sink = {
  minorVersion: 1,
  isBackedUp: false,
  isSending: false,
  takesAtOnce: true,
  writeText: (text: string): void => {
    sent += text;
  },
  writeBytes: (bytes: Uint8Array): void => {
    sent += Buffer.from(bytes).toString("latin1");
  },
};
const writer = new Http1ResponseWriter(sink);

/**
 * What the gateway would pass on of an endpoint's octets that come in pieces, and end with the connection; where it
 * would not, or cut it, the reason.
 * @throws Error where a beginning of a head is judged otherwise than the whole
 */
export function passOn(input: Buffer, { method, modern }: Asker, rng: Rng, all: boolean): PassedOn | string {
  // What is left of one that was refused midway.
  writer.flush();
  sink.minorVersion = modern ? 1 : 0;
  sent = "";
  let interim = 0;
  let start = 0;
  for (;;) {
    const from = start;
    const headEnd = scanResponse(head, input, from, input.length);
    const beginning = (length: number): number => {
      const result = scanResponse(prefixHead, input, from, from + length);
      return result > 0 ? result - from : result;
    };
    holdBeginnings(beginning, headEnd > 0 ? headEnd - from : headEnd, input.length - from, rng, all);
    if (headEnd === 0) return "half a head";
    if (headEnd < 0) return head.fault;
    if (head.status === 101) return "101";
    if (head.status >= 200) return passFinal(input, { method, modern }, rng, { start, headEnd, interim });
    writer.informational(head);
    interim++;
    start = headEnd;
  }
}

function passFinal(
  input: Buffer,
  { method, modern }: Asker,
  rng: Rng,
  { start, headEnd, interim }: { start: number; headEnd: number; interim: number },
): PassedOn | string {
  if (!framing.readResponse(head, method)) return framing.fault;
  const keepAlive = writer.delimits(framing) && nextInt(rng, 2) === 0;
  writer.start(head, framing, { startedAt: 0, requestId: "made", keepAlive, responseFields: undefined });
  const end = passBody(input, headEnd, rng);
  if (typeof end === "string") return end;
  writer.end();
  return { octets: sent, start, end, interim, framing: framing.kind, modern, keepAlive };
}

/** @returns where the body ends */
function passBody(input: Buffer, from: number, rng: Rng): number | string {
  const whole = framing.kind === "length" ? from + framing.length : input.length;
  if (framing.kind === "none") return from;
  if (whole > input.length) return "half a body";
  const chunked = framing.kind === "chunked";
  if (chunked) scanner.start(writer.keepsFraming, framing.keepTrailers);
  let at = from;
  for (const cut of makeCuts(whole - from, rng)) {
    const piece = Buffer.from(input.subarray(at, from + cut));
    const stop = chunked ? scanner.scan(piece, 0, piece.length) : piece.length;
    if (stop < 0) return scanner.fault;
    writer.write(piece, 0, chunked ? scanner.written : piece.length);
    at += stop;
    if (!chunked || !scanner.done) continue;
    if (scanner.trailers !== "") writer.trailers(scanner.trailers);
    return at;
  }
  return chunked ? "half a body" : whole;
}
