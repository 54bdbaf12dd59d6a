import { describe, expect, it } from "vitest";
import type { CacheCase } from "./cache-case.ts";
import { SUBJECTS } from "./cases/index.ts";
import { comparison } from "./comparison.ts";
import { outcomeWithDates, withDates } from "./http-dates.ts";
import { runCases } from "./run-case.ts";
import { createFoolishCache } from "./targets/foolish-cache.ts";
import { createCarelessCache, createNoCache } from "./targets/straw-caches.ts";

const CASES = SUBJECTS.flatMap(([, cases]) => cases);
const MOMENTS = { began: Date.UTC(2026, 0, 4, 8, 49, 37), now: Date.UTC(2026, 0, 4, 9, 0, 0) };

describe("the cases", () => {
  it("are each broken by having no cache, by one that knows no rules, or by one that has them wrong", async () => {
    let neverBroken: readonly CacheCase[] = CASES;
    for (const straw of [createCarelessCache(), createNoCache(), createFoolishCache()]) {
      const verdicts = await runCases(neverBroken, straw, 24);
      neverBroken = neverBroken.filter((_, i) => verdicts[i]?.held === true);
    }
    expect(neverBroken.map(({ name }) => name)).toEqual([]);
  }, 30_000);
});

describe("dates", () => {
  it.each([
    ["<0>", "Sun, 04 Jan 2026 08:49:37 GMT"],
    ["<now>", "Sun, 04 Jan 2026 09:00:00 GMT"],
    ["<now-10>", "Sun, 04 Jan 2026 08:59:50 GMT"],
    ["<-37>", "Sun, 04 Jan 2026 08:49:00 GMT"],
    ["<0 rfc850>", "Sunday, 04-Jan-26 08:49:37 GMT"],
    ["<0 asctime>", "Sun Jan  4 08:49:37 2026"],
    ["Link: </a>, <>", "Link: </a>, <>"],
  ])("%s", (text, written) => expect(withDates(text, MOMENTS)).toBe(written));

  it("stand in what is expected too", () => {
    const outcome = { client: [{ status: 200, fields: { date: ["<0>"], etag: /v/, age: undefined, expires: "<0>" } }] };
    expect(outcomeWithDates(outcome, MOMENTS).client?.[0]?.fields).toEqual({
      date: ["Sun, 04 Jan 2026 08:49:37 GMT"],
      etag: /v/,
      age: undefined,
      expires: "Sun, 04 Jan 2026 08:49:37 GMT",
    });
  });
});

describe("comparison", () => {
  it("shows what not every target holds, and counts by level", () => {
    const step = { ask: [], answer: "", outcomes: [] };
    const cases = (["MUST", "MAY", "MAY"] as const).map((level, i) => ({
      name: `c${i}`,
      section: "0",
      level,
      steps: [step],
    }));
    const held = { held: true, complaints: [] };
    const broken = { held: false, complaints: ["answered 200"] };
    const open = { held: undefined, complaints: ["(1) no answer"] };
    expect(
      comparison(cases, [
        { name: "ours", verdicts: [held, held, held] },
        { name: "theirs", verdicts: [held, broken, open] },
      ]),
    ).toBe(
      "RFC  level  case  ours  theirs\n" +
        "0    MAY    c1    held  NOT: answered 200\n" +
        "0    MAY    c2    held  not shown: (1) no answer\n" +
        "ours: 3 of 3 held (MUST 1/1, MAY 2/2)\n" +
        "theirs: 1 of 3 held, 1 could not be shown (MUST 1/1, MAY 0/2)",
    );
  });
});
