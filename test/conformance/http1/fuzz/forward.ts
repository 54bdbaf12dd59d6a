import { ChunkedScanner } from "../../../../src/http/body/chunked-scanner.ts";
import { Framing } from "../../../../src/http/body/framing.ts";
import { ForwardingFields } from "../../../../src/http/exchange/forwarding-fields.ts";
import { requestHead } from "../../../../src/http/exchange/request-head.ts";
import { RequestView } from "../../../../src/http/exchange/request-view.ts";
import { FAULT, INCOMPLETE, MessageHead } from "../../../../src/http/head/message-head.ts";
import { scanRequest } from "../../../../src/http/head/scan-request.ts";
import { nextInt, type Rng } from "../../../../src/shared/rng.ts";

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
 * What the gateway would send on for the first message of an input that comes in pieces cut at random;
 * `undefined` where it refuses it, or waits for more.
 * @throws Error where a piece of the head is judged otherwise than the whole
 */
export function forward(input: Buffer, rng: Rng): Forwarded | undefined {
  const headEnd = scanRequest(view.head, input, 0, input.length, LIMIT);
  holdPrefix(input, headEnd, nextInt(rng, input.length + 1));
  if (headEnd <= 0 || !framing.readRequest(view.head) || view.read() !== undefined) return undefined;
  const body = readBody(input, headEnd, rng);
  if (body === undefined) return undefined;
  const head = requestHead(view, framing, forwarding, undefined, "x-request-id: made\r\n", "fallback.test");
  return {
    octets: head + body.octets,
    end: body.end,
    chunked: framing.kind === "chunked",
    target: view.target,
    host: view.authority === "" ? "fallback.test" : view.authority,
  };
}

/** A beginning is never taken for a whole head, and never refused where the whole is not. */
function holdPrefix(input: Buffer, whole: number, length: number): void {
  const result = scanRequest(prefixHead, input, 0, length, LIMIT);
  const expected = whole > 0 && length >= whole ? result === whole : result === INCOMPLETE;
  if (!expected && !(result === FAULT && whole === FAULT)) {
    throw new Error(`${length} octets are judged ${result}, all ${input.length} of them ${whole}`);
  }
}

function readBody(input: Buffer, from: number, rng: Rng): { octets: string; end: number } | undefined {
  if (framing.kind === "none") return { octets: "", end: from };
  if (framing.kind === "length") {
    const end = from + framing.length;
    return end > input.length ? undefined : { octets: input.toString("latin1", from, end), end };
  }
  scanner.start(true);
  let octets = "";
  let at = from;
  while (at < input.length && !scanner.done) {
    // The scanner rewrites in place, as it does in a socket's buffer.
    const piece = Buffer.from(input.subarray(at, Math.min(input.length, at + 1 + nextInt(rng, 40))));
    const stop = scanner.scan(piece, 0, piece.length);
    if (stop < 0) return undefined;
    octets += piece.toString("latin1", 0, scanner.written);
    at += stop;
  }
  return scanner.done ? { octets, end: at } : undefined;
}
