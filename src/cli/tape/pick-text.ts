import type { TextSink } from "../context.ts";
import type { Style } from "../ui/style.ts";
import { wrap } from "../ui/wrap.ts";
import { formatScore } from "./score.ts";

/** A pick as people are shown it, of a simulation or of the gateway itself. */
export interface ShownPick {
  /** What is said in front: "#3  12.40 ms". */
  readonly title: string;
  readonly picked: string | null;
  readonly reason: string;
  readonly candidates: readonly ShownCandidate[];
  readonly leftOut: readonly { readonly endpoint: string; readonly reason: string }[];
}

export interface ShownCandidate {
  readonly endpoint: string;
  /** Where the algorithm looks at it; shown where not all have the same. */
  readonly weight?: number | undefined;
  readonly score?: number | undefined;
  readonly reason: string;
}

/** More candidates than this are not all shown: who has a thousand looks at the JSON. */
const MOST_CANDIDATES = 12;

/** Writes one pick: what happened in a sentence, then a line for each endpoint with its score and why. */
export function writePick(sink: TextSink, style: Style, pick: ShownPick): void {
  const { title, picked, reason, leftOut } = pick;
  sink.write(`${style.strong(title)}  ${hanging(reason, title.length + 2, sink)}\n`);
  const shown = mostTelling(pick);
  const names = [...shown, ...leftOut].map(({ endpoint }) => endpoint.length);
  const width = Math.max(0, ...names);
  const differ = pick.candidates.some(({ weight }) => weight !== pick.candidates[0]?.weight);
  const weights = columnOf(shown.map(({ weight = 0 }) => (differ ? `weight ${formatScore(weight)}` : "")));
  const scores = columnOf(shown.map(({ score }) => (score === undefined ? "" : `score ${formatScore(score)}`)));
  shown.forEach(({ endpoint, reason: why }, i) => {
    const chosen = endpoint === picked;
    const name = endpoint.padEnd(width);
    const mark = chosen ? style.good("✓") : style.faint("·");
    const figures = `${weights[i]}${scores[i]}`;
    const at = 4 + width + figures.length + 2;
    sink.write(`  ${mark} ${chosen ? style.strong(name) : name}${figures}  ${style.faint(hanging(why, at, sink))}\n`);
  });
  const rest = pick.candidates.length - shown.length;
  if (rest > 0) sink.write(style.faint(`    and ${rest.toLocaleString("en")} more\n`));
  for (const { endpoint, reason: why } of leftOut.slice(0, MOST_CANDIDATES)) {
    sink.write(`  ${style.bad("✗")} ${endpoint.padEnd(width)}  ${style.faint(why)}\n`);
  }
  const out = leftOut.length - MOST_CANDIDATES;
  if (out > 0) sink.write(style.faint(`    and ${out.toLocaleString("en")} more that were left out\n`));
  sink.write("\n");
}

/** All, or of very many the one picked, those that were drawn, and those with the lowest scores, in their own order. */
function mostTelling({ candidates, picked }: ShownPick): readonly ShownCandidate[] {
  if (candidates.length <= MOST_CANDIDATES) return candidates;
  const rank = ({ endpoint, reason, score }: ShownCandidate): number => {
    if (endpoint === picked) return -2;
    return reason.startsWith("drawn") ? -1 : (score ?? Number.POSITIVE_INFINITY);
  };
  const chosen = new Set(candidates.toSorted((a, b) => rank(a) - rank(b) || 0).slice(0, MOST_CANDIDATES));
  return candidates.filter((candidate) => chosen.has(candidate));
}

/** A text that begins in a column, with its further lines below it; where that leaves too little room, in one line. */
function hanging(text: string, at: number, { columns }: TextSink): string {
  return columns - at < 20 ? text : wrap(text, columns - at).replaceAll("\n", `\n${" ".repeat(at)}`);
}

/** Two blanks and the texts, aligned to the right; nothing where all are empty. */
function columnOf(texts: readonly string[]): readonly string[] {
  const width = Math.max(0, ...texts.map((text) => text.length));
  return texts.map((text) => (width === 0 ? "" : `  ${text.padStart(width)}`));
}
