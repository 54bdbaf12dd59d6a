import { ChunkedScanner } from "../../../../src/http/body/chunked-scanner.ts";
import { Framing } from "../../../../src/http/body/framing.ts";
import { ForwardingFields } from "../../../../src/http/exchange/forwarding-fields.ts";
import { requestHead } from "../../../../src/http/exchange/request-head.ts";
import { RequestView } from "../../../../src/http/exchange/request-view.ts";
import { MessageHead } from "../../../../src/http/head/message-head.ts";
import { scanRequest } from "../../../../src/http/head/scan-request.ts";
import type { Rng } from "../../../../src/shared/rng.ts";
import { holdBeginnings, makeCuts } from "./pieces.ts";

const LIMIT = 16 * 1024;

/** A message that the gateway would send on. */
export interface Forwarded {
  /** Head and body as they would leave, one character an octet. */
  readonly octets: string;
  /** Where the message ends in the input. */
  readonly end: number;
  readonly chunked: boolean;
  readonly target: string;
  readonly host: string;
}

const forwarding = new ForwardingFields({
  peerIp: "127.0.0.1",
  peerTrusted: false,
  isTrusted: () => false,
  scheme: "http",
  port: 8080,
  instance: "gatewayctl-fuzz",
  development: true,
});
const view = new RequestView();
const framing = new Framing();
const scanner = new ChunkedScanner();
const prefixHead = new MessageHead();

/**
 * What the gateway would send on for the first message of an input that comes in pieces; where it refuses it, or waits
 * for more, the reason.
 * @param all look at every beginning of the head, not only at one
 * @throws Error where a beginning of the head is judged otherwise than the whole
 */
export function forward(input: Buffer, rng: Rng, all: boolean): Forwarded | string {
  const headEnd = scanRequest(view.head, input, 0, input.length, LIMIT);
  const scanBeginning = (length: number): number => scanRequest(prefixHead, input, 0, length, LIMIT);
  holdBeginnings(scanBeginning, headEnd, input.length, rng, all);
  if (headEnd === 0) return "half a head";
  if (headEnd < 0) return view.head.fault;
  if (!framing.readRequest(view.head)) return framing.fault;
  const refusal = view.read();
  if (refusal !== undefined) return refusal.detail;
  const body = readBody(input, headEnd, rng);
  if (typeof body === "string") return body;
  const head = requestHead(view, framing, forwarding, undefined, "x-request-id: made\r\n", "fallback.test");
  return {
    octets: head + body.octets,
    end: body.end,
    chunked: framing.kind === "chunked",
    target: view.target,
    host: view.authority === "" ? "fallback.test" : view.authority,
  };
}

function readBody(input: Buffer, from: number, rng: Rng): { octets: string; end: number } | string {
  if (framing.kind === "none") return { octets: "", end: from };
  if (framing.kind === "length") {
    const end = from + framing.length;
    return end > input.length ? "half a body" : { octets: input.toString("latin1", from, end), end };
  }
  scanner.start(true, framing.keepTrailers);
  let octets = "";
  let at = from;
  for (const cut of makeCuts(input.length - from, rng)) {
    // The scanner rewrites in place, as it does in a socket's buffer.
    const piece = Buffer.from(input.subarray(at, from + cut));
    const stop = scanner.scan(piece, 0, piece.length);
    if (stop < 0) return scanner.fault;
    octets += piece.toString("latin1", 0, scanner.written);
    at += stop;
    if (scanner.done) return { octets, end: at };
  }
  return "half a body";
}
