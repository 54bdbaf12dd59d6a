import type { AlgorithmChange, RunComparison } from "../../../lab/report/compare.ts";
import { share } from "../../../lab/report/wording.ts";
import type { TextSink } from "../../context.ts";
import { createStyle } from "../../ui/style.ts";
import { wrap } from "../../ui/wrap.ts";
import { formatTime } from "./columns.ts";

const WORDS = { better: "better", worse: "worse", same: "no significant difference" } as const;

/** From here on a reader wonders why a change is not significant. */
const LOOKS_LARGE = 0.2;
const SCATTERED = "Within one such run p99 scatters as much as that: longer runs tell more.";

/** Writes what has changed since the earlier run. */
export function printComparison({ algorithms, differences }: RunComparison, sink: TextSink): void {
  const style = createStyle(sink);
  const width = Math.max(0, ...algorithms.map(({ algorithm }) => algorithm.length));
  const paint = { better: style.good, worse: style.bad, same: style.faint };
  const lines = algorithms.map(({ algorithm, before, after, change, failed, judgement }) => {
    const sign = change < 0 ? "−" : "+";
    const figures = `${formatTime(before).padStart(5)} → ${formatTime(after).padStart(5)}`;
    const percent = `${sign}${Math.abs(change * 100).toFixed(1)} %`.padStart(9);
    return `${algorithm.padEnd(width)}  ${figures} ${percent}  ${paint[judgement](WORDS[judgement])}${failures(failed)}`;
  });
  if (lines.length === 0) lines.push("Not one algorithm ran both times.");
  const note =
    differences.length === 0
      ? ""
      : `${style.warning(wrap(`Not the same conditions: ${differences.join("; ")}.`, sink.columns))}\n`;
  const scattered = algorithms.some(({ judgement, change }) => judgement === "same" && Math.abs(change) > LOOKS_LARGE);
  const why = scattered ? `${style.faint(wrap(SCATTERED, sink.columns))}\n` : "";
  sink.write(`\n${style.strong("p99 since the earlier run")}\n${lines.join("\n")}\n${why}${note}`);
}

/** Requests that failed have no response time: a p99 can fall because they do. */
function failures({ before, after }: AlgorithmChange["failed"]): string {
  const [then, now] = [percentOf(before), percentOf(after)];
  return then === now ? "" : `, failed ${then} → ${now}`;
}

function percentOf(part: number): string {
  return part === 0 ? "0" : share(part);
}
