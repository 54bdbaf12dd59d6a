import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { type PageFacts, reportPage } from "../../../../src/lab/report/html/page.ts";
import type { BenchReport } from "../../../../src/lab/report/model.ts";
import { simulate } from "../../../../src/lab/simulate/simulate.ts";
import { reportWith, resultOf } from "../results.ts";

const FACTS: PageFacts = { command: "gatewayctl bench --seed 1", version: "1.2.3" };
const EVIL = `</script></style><img src=x onerror="alert(1)">'&\u202e`;

describe("the page of a report", () => {
  it("has its parts, in order", async () => {
    const page = reportPage(await simulate({ requests: 8000 }), FACTS);
    const titles = [...page.matchAll(/<h2>([^<]*)<\/h2>/g)].map(([, title]) => title);
    expect(titles).toEqual([
      "Comparison",
      "The line to change",
      "How long requests took",
      "p99, and how sure it is",
      "Over time",
      "Endpoints",
    ]);
    expect(page.match(/type="checkbox"/g)?.length).toBe(14);
    expect(page.match(/class="heat"/g)?.length).toBe(14);
    expect(page).toContain("gatewayctl bench --seed 1");
    expect(page).toContain("1.2.3");
    // The best, the second that is as good if any, what everybody knows, and the worst.
    expect(page.match(/ checked>/g)?.length).toBeLessThanOrEqual(4);
  });

  it("is the same bytes for the same seed", async () => {
    const page = async (seed: number) => reportPage(await simulate({ requests: 4000, seed }), FACTS);
    expect(await page(3)).toBe(await page(3));
    expect(await page(3)).not.toBe(await page(4));
  });

  it("allows nothing but its own style, by the policy that it carries", () => {
    const page = reportPage(reportWith([resultOf("p2c"), resultOf("first")]), FACTS);
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = createHash("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|https?:|\sstyle=|\son\w+=/i);
  });

  it("takes no name for markup", () => {
    const result = resultOf("p2c");
    const endpoints = [{ ...result.endpoints[0]!, endpoint: EVIL }];
    const loads = [{ endpoint: EVIL, endpoints: 1, share: 1, fairShare: 1, inFlight: null }];
    const evil = resultOf(EVIL, { endpoints, endpointLoads: loads, overloaded: [EVIL] });
    const report: BenchReport = { ...reportWith([evil, resultOf("first")]), scenario: EVIL };
    const setup = { ...report.setup, summary: EVIL, serviceTime: EVIL, arrivals: EVIL };
    const facts = { command: EVIL, version: EVIL, configured: { service: EVIL, algorithm: EVIL } };
    const page = reportPage({ ...report, setup }, facts);
    expect(page).not.toContain("<img");
    expect(page).not.toContain("\u202e");
    expect(page.match(/<\/style>/g)?.length).toBe(1);
    expect(page).not.toContain("</script>");
    // What looks like an attribute is text: each quote of it is an entity.
    expect(page).not.toMatch(/onerror="/);
  });

  it("stays small for fourteen algorithms over a thousand endpoints", async () => {
    const report = await simulate({ scenario: "thousand", requests: 30_000, algorithms: ["random"] });
    const results = Array.from({ length: 14 }, (_, i) => ({ ...report.results[0]!, algorithm: `random-${i}` }));
    const leaders = results.map(({ algorithm }) => algorithm);
    const page = reportPage({ ...report, results, verdict: { ...report.verdict, leaders } }, FACTS);
    expect(page.match(/class="heat"/g)?.length).toBe(14);
    expect(page.length).toBeLessThan(500_000);
  });

  it("shows a single algorithm without comparing it", async () => {
    const page = reportPage(await simulate({ requests: 4000, algorithms: ["p2c"] }), FACTS);
    expect(page).toContain("p2c, by itself");
    expect(page).not.toContain("<legend>");
    expect(page).not.toContain("how sure it is");
  });

  it("is drawn of what there is: a report of an earlier version has no curves", () => {
    const page = reportPage(reportWith([resultOf("p2c"), resultOf("first")]), FACTS);
    expect([...page.matchAll(/<h2>([^<]*)/g)].map(([, title]) => title)).toEqual([
      "Comparison",
      "The line to change",
      "p99, and how sure it is",
    ]);
  });

  it("bears requests that all failed, and a mode that it does not know", () => {
    const empty = { percents: [], times: [], unit: "ms" } as const;
    const responseTime = { mean: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0, unit: "ms" } as const;
    const timeline = {
      bounds: [0, 10, 20],
      warmupMs: 2,
      throughput: [0, 0],
      mean: [null, null],
      p50: [null, null],
      p99: [null, null],
      errors: [5, 5],
      inFlight: [0, 0],
    };
    const failed = { responseTime, p99Interval: null, errors: 1000, distribution: empty, timeline };
    const report = reportWith([resultOf("p2c", failed), resultOf("first", failed)]);
    const page = reportPage({ ...report, mode: "replay" }, FACTS);
    expect(page).toContain("Replay of recorded traffic");
    expect(page).not.toMatch(/NaN|undefined|Infinity/);
  });

  it("calls nobody best where nobody won, and no p99 the lowest where requests failed", () => {
    const results = [resultOf("p2c", { errors: 50 }), resultOf("first", { errors: 20 })];
    const report = reportWith(results);
    const page = reportPage(
      { ...report, verdict: { ...report.verdict, winner: null, leaders: ["p2c", "first"] } },
      FACTS,
    );
    expect(page.match(/<span class="tag">leads/g)?.length).toBe(2);
    expect(page).not.toContain('<span class="tag">best');
    expect(page).toContain("5.0 % of the requests failed");
    expect(page).not.toContain("the lowest<");
  });

  it("says that the winner lost fewer requests, where that is what it is about", () => {
    const report = reportWith([resultOf("p2c"), resultOf("first", { errors: 20 })]);
    const page = reportPage({ ...report, verdict: { ...report.verdict, decidedBy: "failures" } }, FACTS);
    expect(page).toContain("<h1>p2c lost the fewest requests</h1>");
    expect(page).not.toContain("has the lowest p99</h1>");
  });

  it("says which line of the config is meant, or that none is to be changed", () => {
    const report = reportWith([resultOf("p2c"), resultOf("first")]);
    const page = (algorithm: string) => reportPage(report, { ...FACTS, configured: { service: "a b", algorithm } });
    expect(page("first")).toContain("services:\n  &quot;a b&quot;:\n    algorithm: p2c  # is first");
    expect(page("first")).toContain("a b has first now. To change it, write:");
    expect(page("p2c")).toContain("none did better, and nothing is to be changed");
  });
});
