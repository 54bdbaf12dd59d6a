import { createHash } from "node:crypto";
import { type AnyReport, asReplay } from "../any-report.ts";
import { advice } from "./advice.ts";
import { CHART_STYLE } from "./chart-style.ts";
import { conditions } from "./conditions.ts";
import { type Current, currentOf } from "./current.ts";
import { endpointCards } from "./endpoint-cards.ts";
import { escapeHtml } from "./escape.ts";
import { figuresTable } from "./figures-table.ts";
import { headline } from "./headline.ts";
import { hintsFor } from "./hints.ts";
import { latencyCurve } from "./latency-curve.ts";
import { legend, legendStyle } from "./legend.ts";
import { type Look, looksOf, recordedLook } from "./looks.ts";
import { overTime } from "./over-time.ts";
import { p99Dots } from "./p99-dots.ts";
import { percentileTable } from "./percentiles.ts";
import { PAGE_STYLE } from "./style.ts";
import { cannotKnow, howWellItFits } from "./trust.ts";

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
  const current = currentOf(report, facts);
  const looks = looksOf(report, current?.algorithm);
  const truth = asReplay(report)?.recorded;
  const drawn = truth === undefined ? looks : [...looks, recordedLook(truth)];
  const style = (PAGE_STYLE + CHART_STYLE + legendStyle(drawn)).replaceAll("\n", "");
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
${headline(report, looks, current)}
${conditions(report)}
${sections(report, drawn, current).join("\n")}
<footer>
<p>Made by gatewayctl ${escapeHtml(facts.version)} with</p>
<pre><code>${escapeHtml(facts.command)}</code></pre>
${SAME[report.mode] ?? ""}
</footer>
</main>
</body>
</html>
`;
}

/** What gives the same figures again, if anything does. */
const SAME: Readonly<Record<string, string>> = {
  simulate: "<p>The same seed gives the same figures.</p>",
  replay: "<p>The same record and the same seed give the same figures.</p>",
};

function sections(report: AnyReport, looks: readonly Look[], current: Current | undefined): string[] {
  const several = looks.length > 1;
  // Of a record that is too short nothing follows.
  const compared = report.results.length > 1 && report.setup.blocks !== 0;
  const replay = asReplay(report);
  const hints = hintsFor(report);
  const curve = latencyCurve(looks);
  const curves = (several ? legend(looks) : only(looks)) + curve + percentileTable(looks);
  return [
    section(several ? "Comparison" : "Figures", hints.table, figuresTable(report, looks, current)),
    section("How well it fits", "", replay === undefined ? "" : howWellItFits(replay)),
    section("The line to change", "", compared ? advice(report, current) : ""),
    section("How long requests took", hints.curve, curve === "" ? "" : curves),
    section("p99, and how sure it is", hints.p99, several ? p99Dots(looks) : ""),
    section("Over time", hints.time, overTime(looks)),
    section("Endpoints", hints.endpoints, endpointCards(looks, report.verdict, current), "endpoints"),
    section("What a replay cannot know", "", replay === undefined ? "" : cannotKnow(replay)),
  ].filter((text) => text !== "");
}

/** A single algorithm stands out, and needs no checkbox to be seen; the style asks for one that is checked. */
function only(looks: readonly Look[]): string {
  return `<input type="checkbox" id="${looks[0]?.id}" checked hidden>`;
}

/** A part of the page; nothing where there is nothing to show. */
function section(title: string, hint: string, content: string, name = ""): string {
  if (content === "") return "";
  const said = hint === "" ? "" : `<p class="hint">${escapeHtml(hint)}</p>`;
  return `<section${name === "" ? "" : ` class="${name}"`}><h2>${title}</h2>${said}${content}</section>`;
}
