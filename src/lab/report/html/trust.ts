import { formatTime } from "../columns.ts";
import type { ResponseTime } from "../model.ts";
import type { ReplayReport } from "../replay-figures.ts";
import { fitInWords, offInWords } from "../replay-words.ts";
import { escapeHtml } from "./escape.ts";

const FIGURES = [
  ["mean", "mean"],
  ["p50", "p50"],
  ["p90", "p90"],
  ["p99", "p99"],
  ["p99.9", "p999"],
] as const;

/** How near the replay of what was in use comes to what was measured, and what is to be known of the record. */
export function howWellItFits({ fit, recorded, notes }: ReplayReport): string {
  const list = notes.length === 0 ? "" : `<h3>What is to be known of this record</h3>${bullets(notes)}`;
  if (fit === null) return list;
  const tag = fit.ok ? '<span class="tag">fits</span>' : '<span class="tag bad">does not fit</span>';
  return `<p class="fit">${escapeHtml(fitInWords(fit, recorded))} ${tag}</p>${table(recorded.responseTime, fit.replayed)}${list}`;
}

/** What no replay can know. */
export function cannotKnow({ cannotKnow: all }: ReplayReport): string {
  return all.length === 0 ? "" : bullets(all);
}

function table(measured: ResponseTime, replayed: ResponseTime): string {
  const cells = (text: (key: (typeof FIGURES)[number][1]) => string): string =>
    FIGURES.map(([, key]) => `<td class="n">${text(key)}</td>`).join("");
  const off = (key: (typeof FIGURES)[number][1]): string =>
    offInWords((replayed[key] - measured[key]) / Math.max(measured[key], 0.001));
  const head = FIGURES.map(([title]) => `<th scope="col" class="n">${title}</th>`).join("");
  return (
    '<div class="scroll" tabindex="0" role="region" aria-label="Measured and replayed"><table class="narrow">' +
    `<thead><tr><th scope="col">ms</th>${head}</tr></thead><tbody>` +
    `<tr><th scope="row">measured</th>${cells((key) => formatTime(measured[key]))}</tr>` +
    `<tr><th scope="row">replayed</th>${cells((key) => formatTime(replayed[key]))}</tr>` +
    `<tr><th scope="row">off by</th>${cells(off)}</tr></tbody></table></div>`
  );
}

function bullets(texts: readonly string[]): string {
  return `<ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join("")}</ul>`;
}
