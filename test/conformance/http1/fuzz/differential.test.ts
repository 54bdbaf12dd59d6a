import { METHODS } from "node:http";
import { expect, it } from "vitest";
import { systemClock } from "../../../../src/shared/clock.ts";
import { createRng } from "../../../../src/shared/rng.ts";
import { expectedMessage } from "./expected.ts";
import { forward } from "./forward.ts";
import { makeInput } from "./inputs.ts";
import { LlhttpReader } from "./llhttp-reader.ts";

/** In CI a few seconds with the same inputs every time; at night FUZZ_SECONDS, and a seed of its own by FUZZ_SEED. */
const SECONDS = Number(process.env["FUZZ_SECONDS"] ?? 4);
const SEED = process.env["FUZZ_SEED"] ?? "differential";

const KNOWN_METHODS = new Set(METHODS);
/** Behind every message: it is read as the second one only if the first ends where the gateway says. */
const SENTINEL = "GET /sentinel HTTP/1.1\r\nHost: sentinel\r\n\r\n";

it(
  "sends on only what llhttp reads as the same message",
  async () => {
    const rng = createRng(SEED);
    const reader = new LlhttpReader();
    const refusals = new Map<string, string>();
    const until = systemClock.now() + SECONDS * 1000;
    let inputs = 0;
    let forwarded = 0;
    while (inputs % 64 !== 0 || systemClock.now() < until) {
      const input = makeInput(rng);
      inputs++;
      const sent = forward(Buffer.from(input, "latin1"), rng);
      if (sent === undefined) continue;
      forwarded++;
      const expected = expectedMessage(input, sent);
      if (!KNOWN_METHODS.has(expected.method)) continue;
      const { messages, refusal } = await reader.read(sent.octets + SENTINEL, 2);
      if (refusal !== undefined) {
        refusals.set(refusal, input);
        continue;
      }
      const [first, second] = messages;
      if (JSON.stringify(first) !== JSON.stringify(expected) || second?.target !== "/sentinel") {
        expect({ input, first, second: second?.target }).toEqual({ input, first: expected, second: "/sentinel" });
      }
    }
    const rate = Math.round(inputs / SECONDS);
    console.info(`seed ${SEED}: ${inputs} inputs, ${rate} a second, of which ${forwarded} were sent on`);
    expect(Object.fromEntries(refusals)).toEqual({});
    // A fuzzer that only makes rubbish, or nothing else, finds nothing.
    expect(forwarded / inputs).toBeGreaterThan(0.2);
    expect(forwarded / inputs).toBeLessThan(0.8);
  },
  (SECONDS + 20) * 1000,
);
