import { METHODS } from "node:http";
import { expect, it } from "vitest";
import { systemClock } from "../../../../src/shared/clock.ts";
import { createRng } from "../../../../src/shared/rng.ts";
import { CHUNK_CASES } from "../cases/chunks.ts";
import { FRAMING_CASES } from "../cases/framing.ts";
import { HEAD_CASES } from "../cases/heads.ts";
import { SEQUENCE_CASES } from "../cases/sequences.ts";
import { Corpus } from "./corpus.ts";
import { requestAsSent, requestPassedOn } from "./expected.ts";
import { type Forwarded, forward } from "./forward.ts";
import { LlhttpReader } from "./llhttp-reader.ts";
import { makeRequest } from "./make-request.ts";
import { plainest } from "./naive-message.ts";
import { SECONDS, SEED, THOROUGH_EVERY } from "./settings.ts";

const KNOWN_METHODS = new Set(METHODS);
/** Behind every message: it is read as the second one only if the first ends where the gateway says. */
const SENTINEL = "GET /sentinel HTTP/1.1\r\nHost: sentinel\r\n\r\n";

/** Shapes that smuggling has been published for. */
const SEEDS = [CHUNK_CASES, FRAMING_CASES, HEAD_CASES, SEQUENCE_CASES]
  .flat()
  .map(({ send }) => (typeof send === "string" ? send : send.join("")));

const reader = new LlhttpReader("request");

/** Holds what an endpoint reads against what came. */
function holdForwarded(input: string, sent: Forwarded): void {
  const expected = requestPassedOn(input.slice(0, sent.end), sent);
  if (!KNOWN_METHODS.has(expected.method)) return;
  const { messages, refusal } = reader.read(sent.octets + SENTINEL);
  const [first, second] = messages;
  const same = refusal === undefined && messages.length === 2 && second?.target === "/sentinel";
  if (same && JSON.stringify(first) === JSON.stringify(expected)) return;
  expect({ input, refusal, first, second: second?.target }).toEqual({ input, first: expected, second: "/sentinel" });
}

/** Holds what llhttp reads of the input itself against what the gateway did. */
function holdSent(input: string, { end, chunked }: Forwarded): void {
  const octets = input.slice(0, end);
  const expected = requestAsSent(octets, chunked);
  if (!KNOWN_METHODS.has(expected.method)) return;
  const { messages, refusal, wholeBeforeLast } = reader.read(plainest(octets, chunked));
  // To llhttp the first octet of another protocol stands where the body would.
  if (refusal === "upgrade" && (chunked || expected.body !== "")) return;
  const same = messages.length === 1 && JSON.stringify(messages[0]) === JSON.stringify(expected);
  if (same && wholeBeforeLast === 0 && (refusal === undefined || refusal === "upgrade")) return;
  const seen = { refusal, messages, wholeBeforeLast };
  expect({ input, ...seen }).toEqual({ input, refusal: undefined, messages: [expected], wholeBeforeLast: 0 });
}

it(
  "sends on only what llhttp reads as the same message",
  () => {
    const rng = createRng(SEED);
    const corpus = new Corpus(SEEDS, makeRequest);
    const until = systemClock.now() + SECONDS * 1000;
    let inputs = 0;
    let forwarded = 0;
    while (inputs % 64 !== 0 || systemClock.now() < until) {
      const input = corpus.next(rng);
      const sent = forward(Buffer.from(input, "latin1"), rng, inputs++ % THOROUGH_EVERY === 0);
      corpus.note(input, typeof sent === "string" ? sent.replace(/\d+/g, "n") : `sent on ${sent.chunked}`, rng);
      if (typeof sent === "string") continue;
      forwarded++;
      holdForwarded(input, sent);
      holdSent(input, sent);
    }
    const rate = Math.round(inputs / SECONDS);
    console.info(
      `requests, seed ${SEED}: ${inputs} inputs, ${rate} a second, ${forwarded} of them sent on, ${corpus.outcomes} outcomes`,
    );
    // A fuzzer that only makes rubbish, or nothing else, finds nothing.
    expect(forwarded / inputs).toBeGreaterThan(0.1);
    expect(forwarded / inputs).toBeLessThan(0.8);
  },
  (SECONDS + 20) * 1000,
);
