import { expect, it } from "vitest";
import { systemClock } from "../../../../src/shared/clock.ts";
import { createRng, nextInt } from "../../../../src/shared/rng.ts";
import { SUBJECTS } from "../probes/cases/index.ts";
import { Corpus } from "./corpus.ts";
import { responseAsSent, responsePassedOn } from "./expected.ts";
import { pick } from "./grammar.ts";
import { LlhttpReader } from "./llhttp-reader.ts";
import { makeResponse } from "./make-response.ts";
import { plainest } from "./naive-message.ts";
import { type Asker, type PassedOn, passOn } from "./pass-on.ts";
import { SECONDS, SEED, THOROUGH_EVERY } from "./settings.ts";

/** Behind every response that leaves the connection open: it is read as the next one only if the first ends there. */
const SENTINEL = "HTTP/1.1 299 Sentinel\r\nContent-Length: 0\r\n\r\n";

/** All that the endpoints of the probes answer. */
const SEEDS = SUBJECTS.flatMap(([, probes]) => probes)
  .flatMap(({ answers }) => answers ?? [])
  .map((answer) => {
    const steps = typeof answer === "string" ? [answer] : [...(answer.atHead ?? []), ...(answer.atEnd ?? [])];
    return steps.filter((step) => typeof step === "string").join("");
  })
  .filter(({ length }) => length > 0 && length < 1_000);

const reader = new LlhttpReader("response");

/** RFC 9112 section 6.3, rule 1: what no response parser can know by itself. */
function bodiless({ method }: Asker): (status: number) => boolean {
  return (status) => method === "HEAD" || status < 200 || status === 204 || status === 304;
}

/** Holds what a client reads against what came. */
function holdPassedOn(input: string, asker: Asker, sent: PassedOn): void {
  const expected = responsePassedOn(input.slice(sent.start, sent.end), sent);
  const { messages, refusal } = reader.read(sent.octets + (sent.keepAlive ? SENTINEL : ""), bodiless(asker));
  const at = asker.modern ? sent.interim : 0;
  const next = sent.keepAlive ? 299 : undefined;
  const same = refusal === undefined && messages[at + 1]?.status === next && messages.length <= at + 2;
  if (same && JSON.stringify(messages[at]) === JSON.stringify(expected)) return;
  const seen = { message: messages[at], next: messages[at + 1]?.status, refusal };
  expect({ input, asker, ...seen }).toEqual({ input, asker, message: expected, next, refusal: undefined });
}

/** Holds what llhttp reads of the final response itself against what the gateway did. */
function holdSent(input: string, asker: Asker, sent: PassedOn): void {
  const octets = input.slice(sent.start, sent.end);
  const expected = responseAsSent(octets, sent);
  const plain = plainest(octets, sent.framing === "chunked");
  const { messages, refusal, wholeBeforeLast } = reader.read(plain, bodiless(asker));
  const same = messages.length === 1 && JSON.stringify(messages[0]) === JSON.stringify(expected);
  // One that goes on to the connection's end is not whole before that.
  if (same && refusal === undefined && wholeBeforeLast === 0) return;
  const seen = { refusal, messages, wholeBeforeLast };
  expect({ input, asker, ...seen }).toEqual({
    input,
    asker,
    refusal: undefined,
    messages: [expected],
    wholeBeforeLast: 0,
  });
}

it(
  "passes on only what llhttp reads as the same response",
  () => {
    const rng = createRng(SEED);
    const corpus = new Corpus(SEEDS, makeResponse);
    const until = systemClock.now() + SECONDS * 1000;
    let inputs = 0;
    let passed = 0;
    while (inputs % 64 !== 0 || systemClock.now() < until) {
      const input = corpus.next(rng);
      const asker = { method: pick(rng, ["GET", "GET", "POST", "HEAD"]), modern: nextInt(rng, 4) > 0 };
      const sent = passOn(Buffer.from(input, "latin1"), asker, rng, inputs++ % THOROUGH_EVERY === 0);
      corpus.note(input, typeof sent === "string" ? sent.replace(/\d+/g, "n") : `passed on ${sent.framing}`, rng);
      if (typeof sent === "string") continue;
      passed++;
      holdPassedOn(input, asker, sent);
      holdSent(input, asker, sent);
    }
    const rate = Math.round(inputs / SECONDS);
    console.info(
      `responses, seed ${SEED}: ${inputs} inputs, ${rate} a second, ${passed} of them passed on, ${corpus.outcomes} outcomes`,
    );
    // A fuzzer that only makes rubbish, or nothing else, finds nothing.
    expect(passed / inputs).toBeGreaterThan(0.1);
    expect(passed / inputs).toBeLessThan(0.8);
  },
  (SECONDS + 20) * 1000,
);
