import { createHash } from "node:crypto";
import type { AnyReport } from "../any-report.ts";
import { advice } from "./advice.ts";
import { CHART_STYLE } from "./chart-style.ts";
import { conditions } from "./conditions.ts";
import { endpointCards } from "./endpoint-cards.ts";
import { escapeHtml } from "./escape.ts";
import { figuresTable } from "./figures-table.ts";
import { headline } from "./headline.ts";
import { latencyCurve } from "./latency-curve.ts";
import { legend, legendStyle } from "./legend.ts";
import { type Look, looksOf } from "./looks.ts";
import { overTime } from "./over-time.ts";
import { p99Dots } from "./p99-dots.ts";
import { percentileTable } from "./percentiles.ts";
import { PAGE_STYLE } from "./style.ts";

/** What a page tells beside the report. */
export interface PageFacts {
  /** The command line that makes the same report. */
  readonly command: string;
  readonly version: string;
  /** The service whose endpoints were simulated, and the algorithm that it has. */
  readonly configured?: { readonly service: string; readonly algorithm: string } | undefined;
}

/**
 * The report as one HTML page that needs nothing else: no script, no font, no picture from anywhere, which its content
 * security policy also forbids. The same report gives the same bytes.
 */
export function reportPage(report: AnyReport, facts: PageFacts): string {
  const looks = looksOf(report, facts.configured?.algorithm);
  const style = (PAGE_STYLE + CHART_STYLE + legendStyle(looks)).replaceAll("\n", "");
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  const title = escapeHtml(`${report.scenario} · gatewayctl bench`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="content-security-policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="gatewayctl ${escapeHtml(facts.version)}">
<title>${title}</title>
<style>${style}</style>
</head>
<body>
<main>
${headline(report, looks, facts)}
${conditions(report)}
${sections(report, looks, facts).join("\n")}
<footer>
<p>Made by gatewayctl ${escapeHtml(facts.version)} with</p>
<pre><code>${escapeHtml(facts.command)}</code></pre>
${report.mode === "simulate" ? "<p>The same seed gives the same figures.</p>" : ""}
</footer>
</main>
</body>
</html>
`;
}

function sections(report: AnyReport, looks: readonly Look[], facts: PageFacts): string[] {
  const several = looks.length > 1;
  const { replications } = report.setup;
  const first = replications > 1 ? ` This is the first of ${replications} replications.` : "";
  const failed = report.results.some(({ errors }) => errors > 0);
  const curve = latencyCurve(looks);
  const time = overTime(looks);
  const cards = endpointCards(looks);
  return [
    section(several ? "Comparison" : "Figures", TABLE_HINT, figuresTable(report, looks, facts.configured?.algorithm)),
    several ? section("The line to change", "", advice(report, facts)) : "",
    curve === ""
      ? ""
      : section(
          "How long requests took",
          failed ? `${CURVE_HINT} ${FAILED_HINT}` : CURVE_HINT,
          (several ? legend(looks) : only(looks)) + curve + percentileTable(looks),
        ),
    several
      ? section(
          "p99, and how sure it is",
          report.mode === "simulate" ? DOTS_HINT : `${DOTS_HINT} ${STRETCHES_HINT}`,
          p99Dots(looks),
        )
      : "",
    time === "" ? "" : section("Over time", `${TIME_HINT}${first}`, time),
    cards === "" ? "" : section("Endpoints", `${CARDS_HINT}${first}`, cards, "endpoints"),
  ].filter((text) => text !== "");
}

/** A single algorithm stands out, and needs no checkbox to be seen; the style asks for one that is checked. */
function only(looks: readonly Look[]): string {
  return `<input type="checkbox" id="${looks[0]?.id}" checked hidden>`;
}

function section(title: string, hint: string, content: string, name = ""): string {
  const said = hint === "" ? "" : `<p class="hint">${escapeHtml(hint)}</p>`;
  return `<section${name === "" ? "" : ` class="${name}"`}><h2>${title}</h2>${said}${content}</section>`;
}

const TABLE_HINT =
  "Response times in ms. fair: 1 if each endpoint gets what it can do. queue: the most requests that were at one endpoint at once.";
const CURVE_HINT =
  "Further left is faster. Each step up is a factor of ten in rarity: at 99 %, one request in a hundred took longer.";
const FAILED_HINT = "Requests that failed are in no curve.";
const STRETCHES_HINT =
  "In a live run it comes from how parts of the run differ: a dot outside of its bar had most of its slow answers in one of them.";
const DOTS_HINT =
  "The bar holds the true p99 in 95 of 100 experiments. Algorithms whose bars overlap cannot be told apart by their bars alone; the verdict compares them run by run.";
const TIME_HINT = "By when requests ended; the shaded part is the warm-up, which is in no other figure.";
const CARDS_HINT = "What waited where and when, from the left to the right, and what each endpoint got.";
