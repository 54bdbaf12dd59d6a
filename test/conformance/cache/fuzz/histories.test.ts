import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { createGatewayCache } from "../targets/gateway-cache.ts";
import { createCarelessCache } from "../targets/straw-caches.ts";
import { history } from "./history.ts";
import { playHistory } from "./play-history.ts";

/** `FUZZ_SECONDS`: how long to look. `FUZZ_SEED`, a whole number: other histories, in the same order each time. */
/** The wire has its own fuzzers: a third of the time is this one's. */
const SECONDS = Number(process.env["FUZZ_SECONDS"] ?? 9) / 3;
const SEED = Number(process.env["FUZZ_SEED"] ?? 9111);

const ours = createGatewayCache();
const careless = createCarelessCache();
afterAll(() => Promise.all([ours.close(), careless.close()]));

it(
  "answers from the cache only with what may be stored, is still fresh or may be stale, and is meant for this request",
  async () => {
    let requests = 0;
    let hits = 0;
    const property = fc.asyncProperty(history, async (moves) => {
      const outcome = await playHistory(moves, ours);
      requests += moves.length;
      hits += outcome.hits;
      expect(outcome.objection).toBeUndefined();
    });
    const limits = { numRuns: 1_000_000, interruptAfterTimeLimit: SECONDS * 1_000 };
    await fc.assert(property, { seed: SEED, ...limits });
    // About one in four requests is for something that may be reused: the property looks at something.
    expect(hits / requests).toBeGreaterThan(0.1);
  },
  (SECONDS + 60) * 1_000,
);

it("finds what a careless cache does", async () => {
  const objections = new Set<string>();
  for (const moves of fc.sample(history, { seed: 9111, numRuns: 150 })) {
    const { objection } = await playHistory(moves, careless);
    if (objection !== undefined) objections.add(objection.replace(/^request \d+: /, ""));
  }
  const found = [...objections].map((each) => each.replace(/\d.*$/, "…"));
  expect(found).toEqual(
    expect.arrayContaining([
      "POST was answered without the endpoint",
      "Vary: * matched",
      "a cookie was shared",
      "another variant",
      "it has no Age",
      "it was for somebody's credentials",
      "no-store was stored",
      "private was stored",
      "stale",
      "stale by s-maxage",
      "stored against the request's no-store",
    ]),
  );
});
