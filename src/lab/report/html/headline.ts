import type { AnyReport } from "../any-report.ts";
import { formatTime } from "../columns.ts";
import { inWords, share, threeFigures } from "../wording.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import type { PageFacts } from "./page.ts";

const MODES: Readonly<Record<string, string>> = {
  simulate: "Simulation",
  live: "Live load",
  replay: "Replay of recorded traffic",
};

/** What came of it in words, and the three figures that say most. */
export function headline(report: AnyReport, looks: readonly Look[], { configured }: PageFacts): string {
  const { mode, scenario, setup, verdict } = report;
  const eyebrow = `${MODES[mode] ?? mode} · ${scenario}`;
  return (
    `<header><p class="eyebrow">${escapeHtml(eyebrow)}</p><h1>${escapeHtml(title(report))}</h1>` +
    `<p class="lead">${escapeHtml(unbroken(verdict.reason))}</p><p class="about">${escapeHtml(setup.summary)}</p>` +
    `<div class="tiles">${tiles(looks, configured?.algorithm).join("")}</div></header>`
  );
}

function title({ verdict, results }: AnyReport): string {
  if (results.length === 1) return `${results[0]?.algorithm}, by itself`;
  if (verdict.winner !== null) return `${verdict.winner} has the lowest p99`;
  return `No single winner: ${inWords(verdict.leaders, 4)}`;
}

function tiles(looks: readonly Look[], current: string | undefined): string[] {
  const best = looks[0];
  if (best === undefined) return [];
  const { p50, p99, p999 } = best.result.responseTime;
  if (looks.length === 1) return [tile("median", p50), tile("p99", p99), tile("p99.9", p999)];
  const reference = looks.find(({ result }) => result.algorithm === (current ?? "round-robin"));
  const other = reference === best ? undefined : reference;
  const worst = looks.at(-1);
  const named = current === undefined ? "" : ", in use";
  return [
    tile(`p99 of ${best.result.algorithm}`, p99, noteOn(best, best)),
    ...(other === undefined
      ? []
      : [tile(`p99 of ${other.result.algorithm}${named}`, other.result.responseTime.p99, noteOn(other, best))]),
    ...(worst === undefined || worst === other
      ? []
      : [tile(`p99 of ${worst.result.algorithm}`, worst.result.responseTime.p99, noteOn(worst, best))]),
  ];
}

/** No line ends between a figure and its unit. */
function unbroken(text: string): string {
  return text.replace(/(\d) (%|ms\b)/g, "$1\u00a0$2");
}

/** What is to be known of a p99; where requests failed, that they did: it is the p99 of what was answered. */
function noteOn({ result }: Look, best: Look): string {
  const { overloaded, errors, requests, responseTime } = result;
  if (overloaded.length > 0) return "overloaded: grows with the run";
  if (errors > 0 || best.result.errors > 0) return `${share(errors / Math.max(1, requests))} of the requests failed`;
  if (result === best.result) return "the lowest";
  return `${threeFigures(responseTime.p99 / Math.max(best.result.responseTime.p99, Number.MIN_VALUE))} times the lowest`;
}

function tile(name: string, ms: number, note = ""): string {
  const text = formatTime(ms);
  const [, figure = text, unit = ""] = /^([\d.]+)(\D*)$/.exec(text) ?? [];
  return (
    `<div class="tile"><p>${escapeHtml(name)}</p><p class="figure">${figure}<small>${unit === "" ? "ms" : unit}</small></p>` +
    `<p>${escapeHtml(note)}</p></div>`
  );
}
