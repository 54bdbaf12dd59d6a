import { describe, expect, it } from "vitest";
import { replay } from "../../../../src/lab/replay/replay.ts";
import { type PageFacts, reportPage } from "../../../../src/lab/report/html/page.ts";
import type { ReplayReport } from "../../../../src/lab/report/replay-figures.ts";
import { recordFrom, synthesize } from "../../replay/synthetic-record.ts";
import { replayWith, resultOf } from "../results.ts";

const FACTS: PageFacts = { command: "gatewayctl bench --replay traffic.ndjson", version: "1.2.3" };
const SETUP = { algorithm: "round-robin", requests: 3_000, meanMs: [10, 10, 16], concurrency: 1, gapMs: 6 };
const RESULTS = [resultOf("p2c"), resultOf("least-conn"), resultOf("random")];

const pageOf = (report: ReplayReport): string => reportPage(report, FACTS);
const textOf = (html: string): string => html.replaceAll(/<[^>]*>/g, " ").replaceAll(/\s+/g, " ");
const headings = (html: string) => [...html.matchAll(/<h2>([^<]*)/g)].map(([, title]) => title);

describe("the page of a replay", () => {
  it("has its parts, in order, and the same bytes again", async () => {
    const record = await recordFrom(synthesize(SETUP).lines);
    const page = pageOf(await replay(record, { algorithms: ["least-conn", "random"] }));
    expect(headings(page)).toEqual([
      "Comparison",
      "How well it fits",
      "The line to change",
      "How long requests took",
      "p99, and how sure it is",
      "Over time",
      "Endpoints",
      "What a replay cannot know",
    ]);
    // Three algorithms and the truth, as a line in every chart and as a card.
    expect(page.match(/class="heat"/g)?.length).toBe(4);
    expect(page.match(/<path class="line truth"/g)?.length).toBe(5);
    expect(page).toContain('<g class="dot truth">');
    expect(page).toContain("main:has(#truth:checked) .line.truth{stroke:var(--ink);stroke-width:7");
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
    expect(pageOf(await replay(record, { algorithms: ["least-conn", "random"] }))).toBe(page);
  });

  it("says in the terminal's words what was, and what would have been", () => {
    const page = pageOf(replayWith(RESULTS));
    expect(textOf(/<h1>.*<\/h1>/.exec(page)?.[0] ?? "")).toBe(
      " On your recorded 78 seconds (1,000 requests to users over 2 endpoints): " +
        "p99 was 756 ms with least-conn; it would have been 40.0 ms (39.0–41.0) with p2c ",
    );
    const tiles = [...page.matchAll(/<div class="tile">.*?<\/div>/g)].map(([tile]) => textOf(tile).trim());
    expect(tiles[1]).toBe("p99 as recorded 756 ms least-conn was in use");
    expect(tiles).toHaveLength(3);
  });

  it("has the truth and what was in use in the comparison", () => {
    const page = pageOf(replayWith(RESULTS));
    expect(page).toContain('least-conn <span class="tag now">was in use</span>');
    expect(page).toMatch(/<tr class="truth"><th scope="row">as recorded <\/th>/);
    expect(page).toContain("algorithm: p2c  # was least-conn");
    expect(page).toContain("users had least-conn when this was recorded.");
  });

  it("says how well it fits, also where it does not, and what is not known", () => {
    const report = replayWith(RESULTS);
    const page = textOf(pageOf(report));
    expect(page).toContain(
      "it is off by +9.3 % in the mean and −2.6 % in p99 (40.0 ms replayed, 756 ms measured). fits",
    );
    expect(page).toContain("979 requests came to an endpoint");
    expect(page).toContain("failures: nothing is tried again");
    const poor = pageOf({ ...report, fit: { ...report.fit!, ok: false } });
    expect(poor).toContain('<span class="tag bad">does not fit');
    const unknown = pageOf({ ...report, fit: null });
    expect(unknown).not.toContain("was in use</span>");
    expect(unknown).toContain("979 requests");
  });

  it("does not call what was in progress a load, nor name what a record has no use for", () => {
    const facts = textOf(/<dl.*<\/dl>/.exec(pageOf(replayWith(RESULTS)))?.[0] ?? "");
    // 60 a second, 34 ms each, at two endpoints.
    expect(facts).toContain("in progress per endpoint 1.02 requests on average");
    expect(facts).not.toMatch(/load|102|warm-up|arrivals|each /);
  });

  it("marks as a guess whom the verdict leaves out, and calls nothing of it best", () => {
    const report = replayWith([...RESULTS, resultOf("first", { maxQueue: 1 })]);
    const comparisons = report.verdict.comparisons.filter(({ algorithm }) => algorithm !== "first");
    const page = pageOf({ ...report, verdict: { ...report.verdict, comparisons } });
    const row = /<tr><th scope="row">first .*?<\/tr>/.exec(page)?.[0] ?? "";
    expect(row).toContain("a guess");
    expect(row).not.toContain("(best)");
    expect(page).toContain("A guess: more at once than was ever seen there");
  });

  it("draws no conclusion from a record that is too short", () => {
    const report = replayWith(RESULTS);
    const page = pageOf({ ...report, setup: { ...report.setup, blocks: 0 } });
    expect(page).toContain("That is too short to say what would have been better");
    expect(page).not.toContain("The line to change");
    expect(page).not.toContain('class="lead"');
  });

  it("bears names that look like markup", () => {
    const evil = `<img src=x onerror="alert(1)">`;
    const report = replayWith([resultOf(evil), resultOf("p2c")], { notes: [evil], cannotKnow: [evil] });
    const setup = { ...report.setup, service: evil };
    const recorded = { ...report.recorded, algorithm: evil };
    const page = pageOf({ ...report, setup, recorded, fit: { ...report.fit!, algorithm: evil } });
    expect(page).not.toContain("<img");
  });
});
