import { inWords } from "../wording.ts";
import { escapeHtml } from "./escape.ts";
import type { Look } from "./looks.ts";
import { timeLabel } from "./units.ts";

/** Beyond so many times what the others need, an axis is cut. */
const FAR = 4;

/**
 * How far an axis has to reach. Where an algorithm gives endpoints more work than they can do, its figures only tell how
 * long the run was; they would press all others together, and lie beyond the edge instead.
 * @param valueOf the highest value of an algorithm; nothing where it has none
 */
export function reach(looks: readonly Look[], valueOf: (look: Look) => number | undefined): number {
  const most = (of: readonly Look[]): number => of.reduce((high, look) => Math.max(high, valueOf(look) ?? 0), 0);
  const keptUp = most(looks.filter(({ result }) => result.overloaded.length === 0));
  const all = most(looks);
  return keptUp > 0 && all > keptUp * FAR ? keptUp * 1.25 : all;
}

/** Names those whose p99 an axis does not reach. */
export function beyondNote(looks: readonly Look[], end: number): string {
  const beyond = looks.filter(({ result }) => result.responseTime.p99 > end);
  if (beyond.length === 0) return "";
  const names = beyond.map(({ name, result }) => `${name} (p99 ${timeLabel(result.responseTime.p99)})`);
  return `<p class="hint">${escapeHtml(`Beyond the edge, as queues grew for as long as the run lasted: ${inWords(names)}.`)}</p>`;
}
