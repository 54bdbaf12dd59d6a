import { type AnyReport, asReplay } from "../any-report.ts";
import { hadBeen } from "../replay-words.ts";
import { inWords } from "../wording.ts";
import type { Current } from "./current.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import { tiles } from "./tiles.ts";

const MODES: Readonly<Record<string, string>> = {
  simulate: "Simulation",
  live: "Live load",
  replay: "Replay of recorded traffic",
};

/** What came of it in words, and the three figures that say most. */
export function headline(report: AnyReport, looks: readonly Look[], current: Current | undefined): string {
  const { mode, scenario, setup, verdict, recorded } = report;
  const eyebrow = `${MODES[mode] ?? mode} · ${scenario}`;
  const replay = asReplay(report);
  // Of a record that is too short to say what is better, there is no verdict; and what it is, the eyebrow says.
  const reason = replay?.setup.blocks === 0 ? "" : `<p class="lead">${prose(verdict.reason)}</p>`;
  const about = replay === undefined ? `<p class="about">${escapeHtml(setup.summary)}</p>` : "";
  return (
    `<header><p class="eyebrow">${escapeHtml(eyebrow)}</p><h1>${title(report)}</h1>${reason}${about}` +
    `${tiles(looks, current, recorded)}</header>`
  );
}

function title(report: AnyReport): string {
  const { verdict, results } = report;
  const replay = asReplay(report);
  if (replay !== undefined) {
    const { given, said } = hadBeen(replay);
    return `<span class="given">${prose(given)}</span> ${prose(said.replace(/\.$/, ""))}`;
  }
  if (results.length === 1) return escapeHtml(`${results[0]?.algorithm}, by itself`);
  if (verdict.winner === null) return escapeHtml(`No single winner: ${inWords(verdict.leaders, 4)}`);
  const did = verdict.decidedBy === "failures" ? "lost the fewest requests" : "has the lowest p99";
  return escapeHtml(`${verdict.winner} ${did}`);
}

/** Sentences in which no line ends between a figure and its unit. */
function prose(text: string): string {
  return escapeHtml(text.replace(/(\d) (%|ms\b)/g, "$1\u00a0$2"));
}
